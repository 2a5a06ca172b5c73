import { ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from '@apollo/federation-internals';
import supergraphSdl from '@test-planning/schema/graphql/supergraph.graphql';
import { getNamedType, getNullableType, isListType, isObjectType } from 'graphql';

interface ListSize {
  readonly assumedSize?: number;
  readonly slicingArguments?: readonly string[];
  readonly sizedFields?: readonly string[];
}

const { schema } = Supergraph.build(supergraphSdl, { supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES });
const api = schema.toAPISchema().toGraphQLJSSchema();
const objects = Object.values(api.getTypeMap()).filter(isObjectType).filter(({ name }) => !name.startsWith('__'));
const fields = objects.flatMap((type) => Object.values(type.getFields()).map((field) => ({ type, field, coordinate: `${type.name}.${field.name}` })));

const sizeOf = (coordinate: string): ListSize | undefined => {
  const [applied] = schema.elementByCoordinate(coordinate)?.appliedDirectivesOf('listSize') ?? [];
  return applied?.arguments() as ListSize | undefined;
};

/** Whether every field through which clients reach the type says how long this list of it is. */
const isSizedAbove = (type: string, list: string): boolean => {
  const above = fields.filter(({ field }) => getNamedType(field.type).name === type);
  return above.length > 0 && above.every(({ coordinate }) => sizeOf(coordinate)?.sizedFields?.includes(list) === true);
};

const lists = fields.filter(({ field }) => isListType(getNullableType(field.type)));

it.each(lists.map(({ coordinate, type, field }) => [coordinate, type.name, field.name] as const))('the list %s says how long it is at most', (coordinate, type, field) => {
  expect((sizeOf(coordinate)?.assumedSize ?? 0) > 0 || isSizedAbove(type, field)).toBe(true);
});

it.each(fields.flatMap(({ coordinate, field }) => {
  const pages = field.args.filter(({ name }) => name === 'first' || name === 'last').map(({ name }) => name);
  return pages.length > 0 ? [[coordinate, pages] as const] : [];
}))('the connection %s is as long as its arguments say', (coordinate, pages) => {
  expect(sizeOf(coordinate)).toMatchObject({ assumedSize: 20, slicingArguments: pages, sizedFields: ['edges', 'nodes'], requireOneSlicingArgument: false });
});
