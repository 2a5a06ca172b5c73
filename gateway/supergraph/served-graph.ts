import { createHash } from 'node:crypto';
import type { GatewayLimits, GatewayPorts } from '../config';
import { DocumentCache } from '../documents/document-cache';
import type { ErrorPresenter } from '../errors/error-presenter';
import { compiledExecutor } from '../execution/compiled-executor';
import { Engine } from '../execution/engine';
import { PlanCache } from '../planning/plan-cache';
import { PreparedOperation } from '../planning/prepared-operation';
import { ProgressiveOverrides } from '../planning/progressive-overrides';
import type { OverrideSettings } from '../planning/progressive-overrides';
import type { IdentityHeaders } from '../security/internal-identity';
import type { SubgraphTransport } from '../transport/subgraph-transport';
import { GraphUse } from './graph-use';
import { loadSupergraph } from './load-supergraph';
import type { LoadedSupergraph } from './load-supergraph';

/** All that is made of one supergraph. */
export interface ServedGraph {
  /** Of the SDL: the first 12 hexadecimal digits of its SHA-256. */
  readonly id: string;
  /** Whoever answers an operation by this graph holds it until the answer, or the last event, is made. */
  readonly use: GraphUse;
  readonly supergraph: LoadedSupergraph;
  readonly transports: ReadonlyMap<string, SubgraphTransport>;
  readonly documents: DocumentCache<PreparedOperation>;
  readonly engine: Engine;
}

export interface GraphParts {
  readonly limits: GatewayLimits;
  readonly introspection: boolean;
  readonly identityHeaders: IdentityHeaders;
  readonly presentErrors: ErrorPresenter;
  readonly transport: GatewayPorts['transport'];
  /** Default: labels that are no `percent(n)` don't apply. */
  readonly overrides?: OverrideSettings;
  /** Called when the graph is no longer in use. The default stops its transports. */
  letGo?(): Promise<void>;
}

/** @throws {SupergraphRefused} saying in a sentence why the SDL can't be served, or whatever a transport to one of its subgraphs could not be made for. */
export function serveGraph(sdl: string, parts: GraphParts): ServedGraph {
  const { limits, introspection, identityHeaders, presentErrors } = parts;
  const supergraph = loadSupergraph(sdl, limits);
  const plans = new PlanCache(limits);
  const overrides = new ProgressiveOverrides(supergraph.overrideLabels, parts.overrides);
  const transports = new Map<string, SubgraphTransport>();
  const letGo = parts.letGo ?? (async () => void await Promise.all([...transports.values()].map((transport) => transport.stop())));
  try {
    for (const subgraph of supergraph.subgraphs) transports.set(subgraph.name, parts.transport(subgraph));
  } catch (error) {
    void letGo();
    throw error;
  }
  return {
    id: createHash('sha256').update(sdl).digest('hex').slice(0, 12),
    use: new GraphUse(letGo),
    supergraph,
    transports,
    engine: new Engine({ executePlan: compiledExecutor(supergraph, transports), identityHeaders, presentErrors, maxResponseBytes: limits.maxResponseBytes }),
    documents: new DocumentCache({
      schema: supergraph.apiSchema,
      limits,
      introspection,
      capacity: limits.cachedDocuments,
      maxCharacters: limits.cachedDocumentCharacters,
      prepare: (operation) => new PreparedOperation(operation, supergraph, { limits, introspection, plans, overrides }),
    }),
  };
}
