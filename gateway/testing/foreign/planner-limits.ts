import { getNamedType, isAbstractType, isCompositeType, isUnionType, Kind } from 'graphql';
import type { DocumentNode, FragmentDefinitionNode, GraphQLCompositeType, GraphQLSchema, SelectionSetNode } from 'graphql';

/** Where the query planner (@apollo/query-planner 2.14.4) has no right plan: no executor can mend it. */
export interface PlannerLimits {
  /** Interfaces that some subgraph has as one object type. */
  readonly interfaceObjects: readonly string[];
  /** Their fields with @requires, as `Type.field`: selected for some of the types behind the interface, they are planned for all, without what they require. */
  readonly requiring: readonly string[];
}

/** Whether an operation asks for something of which the planner's plan is known to be wrong, or for which it throws. */
export function isBeyondPlanner(schema: GraphQLSchema, document: DocumentNode, limits: PlannerLimits | undefined): boolean {
  if (!limits) return false;
  const fragments = new Map(document.definitions.filter((node): node is FragmentDefinitionNode => node.kind === Kind.FRAGMENT_DEFINITION).map((node) => [node.name.value, node]));
  const possible = (type: GraphQLCompositeType): readonly string[] => (isAbstractType(type) ? schema.getPossibleTypes(type).map(({ name }) => name) : [type.name]);
  const typeNamed = (name: string | undefined, otherwise: GraphQLCompositeType): GraphQLCompositeType => {
    const type = name === undefined ? otherwise : schema.getType(name);
    return isCompositeType(type) ? type : otherwise;
  };

  /** `types`: those that a value may still have here, of `all` that its field can answer with; `isInterfaceObject`: whether that is an interface object. */
  function within({ selections }: SelectionSetNode, parent: GraphQLCompositeType, types: readonly string[], all: readonly string[], isInterfaceObject: boolean): boolean {
    return selections.some((selection) => {
      if (selection.kind !== Kind.FIELD) {
        const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
        if (!fragment) return false;
        const type = typeNamed(fragment.typeCondition?.name.value, parent);
        if (isInterfaceObject && isUnionType(type)) return true;
        return within(fragment.selectionSet, type, types.filter((name) => possible(type).includes(name)), all, isInterfaceObject);
      }
      const isNarrowed = limits?.requiring.some((coordinate) => {
        const [name, field] = coordinate.split('.');
        const implementing = possible(typeNamed(name, parent));
        return field === selection.name.value && types.some((type) => implementing.includes(type)) && all.some((type) => implementing.includes(type) && !types.includes(type));
      });
      if (isNarrowed) return true;
      const field = isUnionType(parent) ? undefined : parent.getFields()[selection.name.value];
      const inner = field && getNamedType(field.type);
      if (!selection.selectionSet || !isCompositeType(inner)) return false;
      return within(selection.selectionSet, inner, possible(inner), possible(inner), limits?.interfaceObjects.includes(inner.name) ?? false);
    });
  }

  return document.definitions.some((node) => {
    if (node.kind !== Kind.OPERATION_DEFINITION) return false;
    const root = schema.getRootType(node.operation);
    return root ? within(node.selectionSet, root, [root.name], [root.name], false) : false;
  });
}
