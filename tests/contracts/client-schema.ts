import { Supergraph } from '@apollo/federation-internals';
import { ROUTER_SUPPORTED_SUPERGRAPH_FEATURES } from '@apollo/federation-internals';
import type { GraphQLSchema } from 'graphql';
import supergraphSdl from '@test-planning/schema/graphql/supergraph.graphql';

/** The schema that clients see at the gateway: the supergraph's, less what is federation's own. */
export const clientSchema = (sdl: string = supergraphSdl): GraphQLSchema =>
  Supergraph.build(sdl, { supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES }).apiSchema().toGraphQLJSSchema();
