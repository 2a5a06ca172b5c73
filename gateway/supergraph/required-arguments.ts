import { Kind, parse, print, visit } from 'graphql';
import type { ArgumentNode, ConstDirectiveNode, DefinitionNode, DocumentNode, FieldDefinitionNode, InterfaceTypeDefinitionNode, ObjectTypeDefinitionNode, OperationDefinitionNode, SelectionSetNode, TypeNode } from 'graphql';

/** What a field of the planner's supergraph stands for in subgraphs. */
export interface RequiredValue {
  readonly field: string;
  readonly arguments: readonly ArgumentNode[];
}

/** Fields that stand for another field with the arguments that some `@requires` gives it, by their names. */
export type RequiredValues = ReadonlyMap<string, RequiredValue>;

type Composite = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode;

/**
 * Gives each field that a `@requires` selects with arguments a field of its own for these arguments, in all types that have it. The planner takes fields of one response name for
 * one field whatever their arguments, so it would ask for one of two, and take its value for both.
 */
export function separateRequirements(supergraph: DocumentNode): { readonly document: DocumentNode; readonly values: RequiredValues } {
  const writer = new RequirementWriter(supergraph.definitions.filter(isComposite));
  const document = writer.write(supergraph);
  return { document: writer.values.size === 0 ? supergraph : document, values: writer.values };
}

class RequirementWriter {
  readonly values = new Map<string, RequiredValue>();
  private readonly types: ReadonlyMap<string, Composite>;
  private readonly fieldNames: Set<string>;
  /** By field and arguments. */
  private readonly names = new Map<string, string>();

  constructor(composites: readonly Composite[]) {
    this.types = new Map(composites.map((type) => [type.name.value, type]));
    this.fieldNames = new Set(composites.flatMap(({ fields = [] }) => fields.map(({ name }) => name.value)));
  }

  write(document: DocumentNode): DocumentNode {
    const required = { ...document, definitions: document.definitions.map((node) => (isComposite(node) ? this.withRequirements(node) : node)) };
    return { ...required, definitions: required.definitions.map((node) => (isComposite(node) ? this.withValues(node) : node)) };
  }

  private withRequirements(type: Composite): Composite {
    return visit(type, {
      Argument: (node) => {
        if (node.name.value !== 'requires' || node.value.kind !== Kind.STRING) return undefined;
        const selections = this.selections(selectionSetOf(node.value.value), type.name.value);
        return { ...node, value: { kind: Kind.STRING, value: print(selections).replace(/\s+/g, ' ').slice(1, -1).trim() } };
      },
    });
  }

  private selections(set: SelectionSetNode, parent: string): SelectionSetNode {
    return {
      ...set,
      selections: set.selections.map((selection) => {
        if (selection.kind === Kind.FRAGMENT_SPREAD) return selection;
        if (selection.kind === Kind.INLINE_FRAGMENT) return { ...selection, selectionSet: this.selections(selection.selectionSet, selection.typeCondition?.name.value ?? parent) };
        const definition = this.types.get(parent)?.fields?.find(({ name }) => name.value === selection.name.value);
        if (!definition) return selection;
        const below = selection.selectionSet && { selectionSet: this.selections(selection.selectionSet, namedType(definition.type)) };
        if (!definition.arguments?.length) return { ...selection, ...below };
        return { kind: Kind.FIELD, name: { kind: Kind.NAME, value: this.nameOf(selection.name.value, selection.arguments ?? []) }, ...below };
      }),
    };
  }

  private nameOf(field: string, args: readonly ArgumentNode[]): string {
    const key = `${field}(${args.map(print).sort().join(',')})`;
    let name = this.names.get(key);
    if (name === undefined) {
      for (let number = 1; name === undefined || this.fieldNames.has(name); number += 1) name = `${field}__required_${number}`;
      this.fieldNames.add(name);
      this.names.set(key, name);
      this.values.set(name, { field, arguments: args });
    }
    return name;
  }

  private withValues(type: Composite): Composite {
    const fields = type.fields ?? [];
    const added = [...this.values].flatMap(([name, value]): FieldDefinitionNode[] => {
      const field = fields.find((candidate) => candidate.name.value === value.field);
      const known = new Set(field?.arguments?.map((argument) => argument.name.value));
      if (!field || value.arguments.some((argument) => !known.has(argument.name.value))) return [];
      return [{ kind: Kind.FIELD_DEFINITION, name: { kind: Kind.NAME, value: name }, type: field.type, directives: field.directives?.filter(isJoin) ?? [] }];
    });
    return added.length === 0 ? type : { ...type, fields: [...fields, ...added] };
  }
}

function isComposite(node: DefinitionNode): node is Composite {
  return node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_DEFINITION;
}

function isJoin({ name }: ConstDirectiveNode): boolean {
  return name.value === 'join__field';
}

function namedType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);
}

function selectionSetOf(fields: string): SelectionSetNode {
  return (parse(`{${fields}}`, { noLocation: true }).definitions[0] as OperationDefinitionNode).selectionSet;
}
