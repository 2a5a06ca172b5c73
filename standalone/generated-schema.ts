import { composeServices } from '@apollo/composition';
import { Supergraph, ROUTER_SUPPORTED_SUPERGRAPH_FEATURES } from '@apollo/federation-internals';
import { activitySdl } from '@test-planning/activity';
import { experimentsSdl } from '@test-planning/experiments';
import { methodsSdl } from '@test-planning/methods';
import { sagaSdl } from '@test-planning/saga';
import { parse, printSchema } from 'graphql';

/** Where each subgraph listens when it is a process of its own; in one process the names alone count. */
const subgraphs = () => [
  { name: 'experiments', url: 'http://localhost:4001/graphql', sdl: experimentsSdl() },
  { name: 'methods', url: 'http://localhost:4002/graphql', sdl: methodsSdl() },
  { name: 'saga', url: 'http://localhost:4003/graphql', sdl: sagaSdl() },
  { name: 'activity', url: 'http://localhost:4004/graphql', sdl: activitySdl() },
];

const compose = (services: ReturnType<typeof subgraphs>): string => {
  const composed = composeServices(services.map(({ name, url, sdl }) => ({ name, url, typeDefs: parse(sdl) })));
  if (composed.errors) throw new Error(`The subgraphs don't compose:\n${composed.errors.map(({ message }) => message).join('\n')}`);
  return composed.supergraphSdl;
};

/** What clients see of a supergraph. */
export const clientSdl = (supergraphSdl: string): string =>
  `${printSchema(Supergraph.build(supergraphSdl, { supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES }).apiSchema().toGraphQLJSSchema())}\n`;

const endWithNewline = (text: string): string => `${text.trimEnd()}\n`;

/**
 * The files of schema/graphql that come from the code: each subgraph's SDL, and the supergraph that they compose to.
 *
 * @throws {Error} naming every reason why they don't compose.
 */
export const generatedSchema = (): Record<string, string> => {
  const services = subgraphs();
  return {
    ...Object.fromEntries(services.map(({ name, sdl }) => [`${name}.graphql`, endWithNewline(sdl)])),
    'supergraph.graphql': endWithNewline(compose(services)),
  };
};
