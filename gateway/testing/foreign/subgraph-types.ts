import { Kind, OperationTypeNode, parse, valueFromASTUntyped } from 'graphql';
import type {
  ConstDirectiveNode, DefinitionNode, FieldDefinitionNode, FieldNode, InterfaceTypeDefinitionNode, InterfaceTypeExtensionNode, ObjectTypeDefinitionNode,
  ObjectTypeExtensionNode, OperationDefinitionNode, SelectionSetNode,
} from 'graphql';

type Composite = ObjectTypeDefinitionNode | ObjectTypeExtensionNode | InterfaceTypeDefinitionNode | InterfaceTypeExtensionNode;

export interface SubgraphField {
  readonly name: string;
  readonly isExternal: boolean;
  readonly isContextual: boolean;
  readonly requires: SelectionSetNode | undefined;
  readonly provides: SelectionSetNode | undefined;
  /** Of arguments that have one. */
  readonly defaults: Readonly<Record<string, unknown>>;
}

export interface SubgraphType {
  /** In the supergraph: a subgraph may call its root types otherwise. */
  readonly name: string;
  readonly kind: 'object' | 'interface';
  readonly interfaces: readonly string[];
  readonly keys: readonly SelectionSetNode[];
  readonly fields: ReadonlyMap<string, SubgraphField>;
}

/** What a subgraph's SDL says of its types. */
export interface SubgraphTypes {
  readonly name: string;
  readonly sdl: string;
  /** By their names in the subgraph. */
  readonly types: ReadonlyMap<string, SubgraphType>;
}

const header = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
  "@key", "@shareable", "@external", "@requires", "@provides", "@override", "@inaccessible", "@interfaceObject", "@context", "@fromContext"
])
`;

export function subgraphTypes(name: string, source: string): SubgraphTypes {
  const sdl = header + source;
  const { definitions } = parse(sdl);
  const roots = new Map(definitions.filter((node) => node.kind === Kind.SCHEMA_DEFINITION).flatMap(({ operationTypes }) => operationTypes)
    .map(({ operation, type }) => [type.name.value, operation === OperationTypeNode.QUERY ? 'Query' : 'Mutation']));
  return { name, sdl, types: new Map(definitions.filter(isComposite).map((node) => [node.name.value, typeOf(node, roots.get(node.name.value))])) };
}

function isComposite(node: DefinitionNode): node is Composite {
  return node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.OBJECT_TYPE_EXTENSION
    || node.kind === Kind.INTERFACE_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_EXTENSION;
}

function typeOf(node: Composite, rootName: string | undefined): SubgraphType {
  const isExternal = directives(node, 'external').length > 0;
  return {
    name: rootName ?? node.name.value,
    kind: node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.OBJECT_TYPE_EXTENSION ? 'object' : 'interface',
    interfaces: (node.interfaces ?? []).map(({ name }) => name.value),
    keys: directives(node, 'key').map((directive) => fieldSet(directive)),
    fields: new Map((node.fields ?? []).map((field) => [field.name.value, fieldOf(field, isExternal)])),
  };
}

function fieldOf(node: FieldDefinitionNode, isTypeExternal: boolean): SubgraphField {
  const [requires] = directives(node, 'requires');
  const [provides] = directives(node, 'provides');
  const args = node.arguments ?? [];
  return {
    name: node.name.value,
    isExternal: isTypeExternal || directives(node, 'external').length > 0,
    isContextual: args.some((argument) => argument.directives?.some(({ name }) => name.value === 'fromContext')),
    requires: requires && fieldSet(requires),
    provides: provides && fieldSet(provides),
    defaults: Object.fromEntries(args.flatMap(({ name, defaultValue }) => (defaultValue ? [[name.value, valueFromASTUntyped(defaultValue)]] : []))),
  };
}

function directives(node: { readonly directives?: readonly ConstDirectiveNode[] | undefined }, name: string): readonly ConstDirectiveNode[] {
  return (node.directives ?? []).filter((directive) => directive.name.value === name);
}

function fieldSet(directive: ConstDirectiveNode): SelectionSetNode {
  const value = directive.arguments?.find(({ name }) => name.value === 'fields')?.value;
  if (value?.kind !== Kind.STRING) throw new Error(`@${directive.name.value} has no fields`);
  return (parse(`{ ${value.value} }`).definitions[0] as OperationDefinitionNode).selectionSet;
}

/** The fields that a set selects on a value of this type, fragments written out. */
export function selectedFields(set: SelectionSetNode, isOfType: (type: string) => boolean): FieldNode[] {
  return set.selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection];
    if (selection.kind === Kind.FRAGMENT_SPREAD) throw new Error('A set of fields has no named fragments');
    return !selection.typeCondition || isOfType(selection.typeCondition.name.value) ? selectedFields(selection.selectionSet, isOfType) : [];
  });
}
