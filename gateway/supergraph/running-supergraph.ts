import type { SupergraphManager } from '@apollo/gateway';
import type { GatewayLogger } from '../config';
import { CurrentGraph } from './current-graph';
import { dataSource } from './data-source';
import { healthCheck } from './health-check';
import { pause } from './pause';
import { serveGraph } from './served-graph';
import type { GraphParts, ServedGraph } from './served-graph';
import { asError, SupergraphUnavailable } from './supergraph-source';
import type { SupergraphSource } from './supergraph-source';
import { SupergraphUpdates } from './supergraph-updates';
import { TransportPool } from './transport-pool';

interface SupergraphParts extends Omit<GraphParts, 'letGo'> {
  readonly logger: GatewayLogger;
  readonly now: () => number;
}

/** The supergraph that is served, kept up to date. */
export interface RunningSupergraph {
  readonly graph: CurrentGraph;
  /** For GET /health/ready. */
  status(): Readonly<Record<string, unknown>>;
  /** Takes in no other supergraph any more. */
  close(): void;
  /** Ends all that is in flight to subgraphs, and the source. Safe to call twice. */
  stop(): Promise<void>;
}

/** How long a source may take to end: one of Apollo's waits for the request that it has sent. */
const longestCleanupMs = 2_000;

/**
 * Serves what `source` says, now and later; an SDL is served for good.
 * @throws {SupergraphRefused} if the first SDL can't be served, {SupergraphUnavailable} if there is none.
 */
export async function startSupergraph(source: string | SupergraphManager, parts: SupergraphParts): Promise<RunningSupergraph> {
  const { logger, now } = parts;
  const pool = new TransportPool(parts.transport, logger);
  const build = (sdl: string): ServedGraph => serveGraph(sdl, { ...parts, ...pool.lease() });
  const ofSource = pool.lease();
  const held: Held = { updates: undefined, early: undefined };

  const initialized = typeof source === 'string' ? { supergraphSdl: source } : await initialize(source, {
    // A source may tell of a newer one before there is anything to replace.
    update: (sdl) => held.updates ? held.updates.take(sdl) : void (held.early = sdl),
    failed: (error) => held.updates?.failed(error),
    confirmed: () => held.updates?.confirmed(),
    getDataSource: ({ name, url = '' }) => dataSource(ofSource.transport({ name, url })),
    healthCheck: (sdl) => healthCheck(sdl, pool),
  }).catch(async (error: unknown) => {
    await ofSource.letGo();
    throw error;
  });

  async function cleanUp(): Promise<void> {
    const given = new AbortController();
    const ended = Promise.resolve(initialized.cleanup?.()).catch((error: unknown) => logger.warn({ err: error }, 'The source of the supergraph did not end in order'));
    // Its requests fail, so that it need not wait for them.
    await Promise.race([Promise.all([ended, ofSource.letGo()]), pause(longestCleanupMs, given.signal)]);
    given.abort();
  }

  let graph: CurrentGraph;
  try {
    graph = new CurrentGraph(build(initialized.supergraphSdl), logger);
  } catch (error) {
    await cleanUp();
    throw error;
  }
  const updates = new SupergraphUpdates({ graph, logger, now, build });
  held.updates = updates;
  if (held.early !== undefined) updates.take(held.early);
  let stopped: Promise<void> | undefined;

  return {
    graph,
    status: () => ({ id: graph.current.id, since: updates.since, source: nameOf(source), ...(updates.lastFailure ? { lastFailure: updates.lastFailure } : {}) }),
    close: () => updates.close(),
    stop() {
      updates.close();
      return stopped ??= Promise.all([cleanUp(), graph.stop()]).then(() => undefined);
    },
  };
}

interface Held {
  updates: SupergraphUpdates | undefined;
  early: string | undefined;
}

async function initialize(source: SupergraphManager, options: Parameters<SupergraphSource['initialize']>[0]) {
  try {
    return await source.initialize(options);
  } catch (error) {
    if (error instanceof SupergraphUnavailable) throw error;
    throw new SupergraphUnavailable(`${nameOf(source)} gives no supergraph: ${asError(error).message}`, { cause: error });
  }
}

function nameOf(source: string | SupergraphManager): string {
  if (typeof source === 'string') return 'given at the start';
  return 'source' in source && typeof source.source === 'string' ? source.source : source.constructor.name;
}
