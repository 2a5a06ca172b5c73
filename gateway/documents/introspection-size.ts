import {
  getIntrospectionQuery, getNamedType, getNullableType, isAbstractType, isEnumType, isInputObjectType, isInterfaceType, isListType, isObjectType, Kind, parse, SchemaMetaFieldDef, TypeMetaFieldDef,
} from 'graphql';
import type { DefinitionNode, FieldNode, FragmentDefinitionNode, GraphQLObjectType, GraphQLSchema, SelectionSetNode } from 'graphql';

/** How long the lists of the introspection system are in one schema, by `Type.field`. */
interface ListLengths {
  readonly average: ReadonlyMap<string, number>;
  /** The longest list of one type, which a client can ask for by name. */
  readonly longest: number;
}

/**
 * Returns how many values the largest of some operations reads from the schema: fields of `__schema` and `__type`, each as often as the lists above it are long on
 * average. `definitions`: of a valid document, because fragments that spread themselves never end.
 */
export type IntrospectionSize = (definitions: readonly DefinitionNode[]) => number;

/** Counts the lengths of a schema's lists, once. */
export function introspectionSizeOf(schema: GraphQLSchema): IntrospectionSize {
  const lengths = lengthsOf(schema);
  return (definitions) => {
    const measure = new Measure(lengths, definitions);
    return definitions.reduce((most, node) => (node.kind === Kind.OPERATION_DEFINITION ? Math.max(most, measure.of(node.selectionSet, undefined, false)) : most), 0);
  };
}

/** Returns the size of the query that tools send to read a whole schema. */
export function wholeSchemaSize(size: IntrospectionSize): number {
  return size(parse(getIntrospectionQuery({ inputValueDeprecation: true, specifiedByUrl: true, directiveIsRepeatable: true, schemaDescription: true })).definitions);
}

/** Measures each fragment once, however often it is spread. */
class Measure {
  private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  private readonly known = { named: new Map<string, number>(), other: new Map<string, number>() };

  constructor(private readonly lengths: ListLengths, definitions: readonly DefinitionNode[]) {
    this.fragments = new Map(definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION).map((node) => [node.name.value, node]));
  }

  /** `type`: undefined at an operation's root. `isNamed`: for the lists of a type that the client has named. */
  of({ selections }: SelectionSetNode, type: GraphQLObjectType | undefined, isNamed: boolean): number {
    let size = 0;
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) size += this.ofField(selection, type, isNamed);
      else if (selection.kind === Kind.INLINE_FRAGMENT) size += this.of(selection.selectionSet, type, isNamed);
      else size += this.ofFragment(selection.name.value, type, isNamed);
    }
    return size;
  }

  private ofFragment(name: string, type: GraphQLObjectType | undefined, isNamed: boolean): number {
    const known = isNamed ? this.known.named : this.known.other;
    const fragment = this.fragments.get(name);
    const size = known.get(name) ?? (fragment ? this.of(fragment.selectionSet, type, isNamed) : 0);
    known.set(name, size);
    return size;
  }

  private ofField({ name: { value: name }, selectionSet }: FieldNode, type: GraphQLObjectType | undefined, isNamed: boolean): number {
    const definition = type ? type.getFields()[name] : metaFields.get(name);
    if (!definition) return 0;
    const inner = getNamedType(definition.type);
    const below = selectionSet && isObjectType(inner) ? this.of(selectionSet, inner, !type && name === TypeMetaFieldDef.name) : 0;
    const isList = type && isListType(getNullableType(definition.type));
    const length = !isList ? 1 : isNamed ? this.lengths.longest : this.lengths.average.get(`${type.name}.${name}`) ?? 1;
    return length * (1 + below);
  }
}

const metaFields = new Map([SchemaMetaFieldDef, TypeMetaFieldDef].map((field) => [field.name, field]));

function lengthsOf(schema: GraphQLSchema): ListLengths {
  const types = Object.values(schema.getTypeMap());
  const fields = types.flatMap((type) => (isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : []));
  const directives = schema.getDirectives();
  const listsOfTypes = {
    fields: types.map((type) => (isObjectType(type) || isInterfaceType(type) ? Object.keys(type.getFields()).length : 0)),
    interfaces: types.map((type) => (isObjectType(type) || isInterfaceType(type) ? type.getInterfaces().length : 0)),
    possibleTypes: types.map((type) => (isAbstractType(type) ? schema.getPossibleTypes(type).length : 0)),
    enumValues: types.map((type) => (isEnumType(type) ? type.getValues().length : 0)),
    inputFields: types.map((type) => (isInputObjectType(type) ? Object.keys(type.getFields()).length : 0)),
  };
  const average = new Map(Object.entries(listsOfTypes).map(([name, counts]) => [`__Type.${name}`, sum(counts) / types.length]));
  average.set('__Schema.types', types.length);
  average.set('__Schema.directives', directives.length);
  average.set('__Field.args', sum(fields.map(({ args }) => args.length)) / Math.max(1, fields.length));
  average.set('__Directive.args', sum(directives.map(({ args }) => args.length)) / Math.max(1, directives.length));
  return { average, longest: Object.values(listsOfTypes).flat().reduce((most, count) => Math.max(most, count), 1) };
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
