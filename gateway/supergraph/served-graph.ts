import type { GatewayLimits, GatewayLogger, GatewayPorts } from '../config';
import { DocumentCache } from '../documents/document-cache';
import { Engine } from '../execution/engine';
import { referenceExecutor } from '../execution/reference-executor';
import { PreparedOperation } from '../planning/prepared-operation';
import type { IdentityHeaders } from '../security/internal-identity';
import type { SubgraphTransport } from '../transport/subgraph-transport';
import { loadSupergraph } from './load-supergraph';
import type { LoadedSupergraph } from './load-supergraph';

/** All that is made of one supergraph. */
export interface ServedGraph {
  readonly supergraph: LoadedSupergraph;
  readonly transports: ReadonlyMap<string, SubgraphTransport>;
  readonly documents: DocumentCache<PreparedOperation>;
  readonly engine: Engine;
}

export interface GraphParts {
  readonly limits: GatewayLimits;
  readonly introspection: boolean;
  readonly identityHeaders: IdentityHeaders;
  readonly logger: GatewayLogger;
  readonly transport: GatewayPorts['transport'];
}

/** @throws {SupergraphRefused} saying in a sentence why the SDL can't be served. */
export function serveGraph(sdl: string, { limits, introspection, identityHeaders, logger, transport }: GraphParts): ServedGraph {
  const supergraph = loadSupergraph(sdl);
  const transports = new Map(supergraph.subgraphs.map((subgraph) => [subgraph.name, transport(subgraph)]));
  return {
    supergraph,
    transports,
    engine: new Engine({ supergraph, executePlan: referenceExecutor(supergraph, transports, logger), identityHeaders, logger }),
    documents: new DocumentCache({
      schema: supergraph.apiSchema,
      limits,
      introspection,
      capacity: limits.cachedDocuments,
      maxCharacters: limits.cachedDocumentCharacters,
      prepare: (operation) => new PreparedOperation(operation, supergraph),
    }),
  };
}
