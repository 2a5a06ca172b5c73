import { buildSubgraphSchema } from '@apollo/subgraph';
import { printSchemaWithDirectives } from '@graphql-tools/utils';
import { isObjectType, parse, visit, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql';
import { buildSchemaSync, createResolversMap, getMetadataStorage, type NonEmptyArray, type PubSub } from 'type-graphql';
import type { SubgraphContext } from './context';
import { presentable, type ErrorLog } from './errors';
import { rootDescriptions } from './root-descriptions';

/** Finds an entity by the key fields that another subgraph sent. Null when there is none that this identity may know. */
export type ResolveReference = (reference: Readonly<Record<string, unknown>>, context: SubgraphContext) => Promise<object | null> | object | null;

type Describe = (schema: GraphQLSchema) => void;

export interface SubgraphDefinition {
  name: string;
  /** Instances of classes with type-graphql decorators, each made with what it needs. */
  resolvers: readonly object[];
  /** By the name of the entity's type. */
  references?: Readonly<Record<string, ResolveReference>>;
  /** Adds descriptions to what the classes leave undescribed. */
  describe?: Describe;
  errors: ErrorLog;
}

export interface Subgraph {
  name: string;
  schema: GraphQLSchema;
  /** What is composed into the supergraph. */
  sdl: string;
}

const FEDERATION = 'https://specs.apollo.dev/federation/v2.9';
const federationDirectives = new Set(['@key', '@shareable', '@inaccessible', '@authenticated', '@requiresScopes', '@external', '@provides', '@requires', '@override', '@tag', '@listSize']);

/** This system's own directives about delivery; the gateway reads them from the supergraph. */
const DELIVERY = 'https://specs.test-planning.dev/delivery/v1.0';
const deliveryDirectives = new Map([
  ['@resolvesFirst', 'directive @resolvesFirst on FIELD_DEFINITION'],
  ['@argumentRange', 'directive @argumentRange(argument: String!, min: Int!, max: Int!) on FIELD_DEFINITION'],
  ['@judgedByType', 'directive @judgedByType on INTERFACE'],
  ['@omitsNulls', 'directive @omitsNulls on FIELD_DEFINITION'],
  ['@resumable', 'directive @resumable(cursor: String!, argument: String!, identity: [String!]) on FIELD_DEFINITION'],
]);

/** Makes a federated subgraph of type-graphql resolvers: of these alone, whatever else was declared in the process. */
export function buildSubgraph({ name, resolvers, references = {}, describe, errors }: SubgraphDefinition): Subgraph {
  const instances = new Map<NewableFunction, object>(resolvers.map((resolver) => [resolver.constructor as NewableFunction, resolver]));
  const { declared, sdl } = declare([...instances.keys()], (resolverClass) => instances.get(resolverClass), describe);
  const resolverMap: Record<string, object> = { ...createResolversMap(declared) };
  for (const [type, resolve] of Object.entries(references)) {
    resolverMap[type] = { ...resolverMap[type], __resolveReference: masked(resolve, errors) };
  }
  const schema = buildSubgraphSchema({ typeDefs: parse(sdl), resolvers: resolverMap as never });
  maskErrors(schema, errors);
  return { name, schema, sdl };
}

/** The SDL of the subgraph that these resolver classes make; nothing of it runs. */
export const subgraphSdl = (resolverClasses: readonly NewableFunction[], describe?: Describe): string =>
  declare(resolverClasses, ({ name }) => {
    throw new Error(`${name} was only declared`);
  }, describe).sdl;

function declare(resolverClasses: readonly NewableFunction[], instanceOf: (resolverClass: NewableFunction) => object | undefined, describe?: Describe) {
  // Decorators of parameters run from the last to the first; the schema shall have the arguments as they are written.
  getMetadataStorage().params.sort((a, b) => a.index - b.index);
  const declared = buildSchemaSync({
    resolvers: resolverClasses as NonEmptyArray<NewableFunction>,
    container: { get: instanceOf },
    pubSub: withoutTopics,
    validate: false,
  });
  describeRoots(declared);
  describe?.(declared);
  return { declared, sdl: linked(printSchemaWithDirectives(declared)) };
}

/** Subscriptions follow feeds, by `subscribe` functions of their own; the registry's topics are not used. */
const withoutTopics: PubSub = {
  publish: () => undefined,
  subscribe: (topic: string) => {
    throw new Error(`The subscription to ${topic} has no subscribe function`);
  },
};

function describeRoots(schema: GraphQLSchema): void {
  for (const root of [schema.getMutationType(), schema.getSubscriptionType()]) {
    if (root) root.description = rootDescriptions[root.name];
  }
}

/** The document with the links to the specifications whose directives it uses. */
function linked(document: string): string {
  const used = new Set<string>();
  visit(parse(document), { Directive: (node) => void used.add(`@${node.name.value}`) });
  const imports = (from: Iterable<string>): string[] => [...from].filter((directive) => used.has(directive));
  const delivery = imports(deliveryDirectives.keys());
  const link = (url: string, directives: readonly string[]): string => `@link(url: "${url}", import: ${JSON.stringify(directives)})`;
  const composed = delivery.length > 0 ? ['@composeDirective'] : [];
  return [
    document,
    `extend schema`,
    `  ${link(FEDERATION, [...imports(federationDirectives), ...composed])}`,
    ...(delivery.length > 0 ? [`  ${link(DELIVERY, delivery)}`] : []),
    ...delivery.map((directive) => `  @composeDirective(name: "${directive}")`),
    '',
    ...delivery.map((directive) => deliveryDirectives.get(directive)),
  ].join('\n');
}

function maskErrors(schema: GraphQLSchema, errors: ErrorLog): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      if (field.resolve) field.resolve = maskedField(field.resolve, errors);
      if (field.subscribe) field.subscribe = maskedField(field.subscribe, errors);
    }
  }
}

const maskedField = (resolve: GraphQLFieldResolver<unknown, unknown>, errors: ErrorLog): GraphQLFieldResolver<unknown, unknown> =>
  (source, args, context, info) => attempt(() => resolve(source, args, context, info), context as SubgraphContext, errors);

const masked = (resolve: ResolveReference, errors: ErrorLog): ResolveReference =>
  (reference, context) => attempt(() => resolve(reference, context), context, errors) as ReturnType<ResolveReference>;

/** A result that is at hand stays at hand: a promise is made only where there was one. */
function attempt(work: () => unknown, context: SubgraphContext, errors: ErrorLog): unknown {
  const present = (error: unknown): never => {
    throw presentable(error, context.requestId, errors);
  };
  try {
    const result = work();
    return result instanceof Promise ? result.catch(present) : result;
  } catch (error) {
    return present(error);
  }
}
