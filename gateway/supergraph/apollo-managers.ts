import type * as ApolloGateway from '@apollo/gateway';
import type { SupergraphManager } from '@apollo/gateway';
import type { SubgraphAddress } from '../transport/subgraph-transport';
import type { SupergraphSource } from './supergraph-source';
import { SupergraphUnavailable } from './supergraph-source';

type Initialize = SupergraphSource['initialize'];
/** As Apollo's libraries log. */
type ManagerLogger = Readonly<Record<'debug' | 'info' | 'warn' | 'error', (message?: unknown) => void>>;

interface PollingOptions {
  /** In milliseconds. */
  readonly pollMs?: number | undefined;
}

/** Asks the subgraphs themselves for their schemas and composes them, again and again: for development, and for few subgraphs. */
export function introspection(subgraphs: readonly SubgraphAddress[], { pollMs = 10_000 }: PollingOptions = {}): SupergraphSource {
  const { source, initialize } = managed(`introspection of ${subgraphs.map(({ name }) => name).join(', ')}`, ({ IntrospectAndCompose }, logger) =>
    new IntrospectAndCompose({ subgraphs: subgraphs.map(({ name, url }) => ({ name, url })), pollIntervalInMs: pollMs, logger }));
  return { source, initialize: (options) => initialize({ ...options, getDataSource: newAfterFailures(options.getDataSource) }) };
}

type GetDataSource = Parameters<Initialize>[0]['getDataSource'];

/**
 * The manager remembers what each subgraph said also of a round in which another one failed, and composes again only when one says something else: what was new in that
 * round would never be served. So after a failure each subgraph says the same in another way, by a comment at the end.
 */
function newAfterFailures(getDataSource: GetDataSource): GetDataSource {
  let failures = 0;
  return (subgraph) => {
    const source = getDataSource(subgraph);
    return {
      async process(request) {
        try {
          const answer = await source.process(request);
          const service = answer.data?.['_service'] as { sdl?: unknown } | undefined;
          if (answer.errors || typeof service?.sdl !== 'string') failures += 1;
          else if (failures > 0) service.sdl += `\n# ${failures}`;
          return answer;
        } catch (error) {
          failures += 1;
          throw error;
        }
      },
    };
  };
}

interface UplinkAccess {
  readonly apiKey: string;
  /** As `graph@variant`. */
  readonly graphRef: string;
  /** Default: APOLLO_SCHEMA_CONFIG_DELIVERY_ENDPOINT, which the manager reads itself, or else Apollo's own. */
  readonly endpoints?: readonly string[] | undefined;
  /** Attempts after the first, when the gateway starts, with pauses of a second and then twice as long each time. Default 3. */
  readonly retriesAtStart?: number | undefined;
}

/** Apollo Uplink, which says itself how often it wants to be asked; at most every ten seconds. */
export function uplink({ apiKey, graphRef, endpoints, retriesAtStart = 3 }: UplinkAccess, { pollMs }: PollingOptions = {}): SupergraphSource {
  return managed(`Apollo Uplink, ${graphRef}`, ({ UplinkSupergraphManager }, logger) => new UplinkSupergraphManager({
    apiKey, graphRef, logger,
    initialMaxRetries: retriesAtStart,
    ...(endpoints ? { uplinkEndpoints: [...endpoints] } : {}),
    ...(pollMs === undefined ? {} : { fallbackPollIntervalInMs: pollMs }),
  }));
}

/** What the manager of Uplink logs when it has had an answer, be there another supergraph or not. */
const uplinkAnswered = /^Received Uplink response/;

/** The managers tell how they fare in their log alone: what they log as an error is told as a failure. */
function managed(source: string, make: (library: typeof ApolloGateway, logger: ManagerLogger) => SupergraphManager): SupergraphSource {
  const initialize: Initialize = async (options) => {
    // Only those who need it pay for loading it.
    const library = await import('@apollo/gateway');
    let hasStarted = false;
    const ignore = (): void => undefined;
    const manager = make(library, {
      info: ignore,
      debug: (message) => {
        if (uplinkAnswered.test(String(message))) options.confirmed?.();
      },
      warn: (message) => options.failed?.(new Error(String(message))),
      error: (message) => {
        if (hasStarted) options.failed?.(new Error(String(message)));
      },
    });
    try {
      const initialized = await manager.initialize(options);
      hasStarted = true;
      return initialized;
    } catch (error) {
      throw new SupergraphUnavailable(`There is no supergraph by ${source}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  };
  return { source, initialize };
}
