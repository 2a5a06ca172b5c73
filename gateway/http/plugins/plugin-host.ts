import { ApolloServer } from '@apollo/server';
import type { ApolloServerPlugin, GraphQLServerContext, LandingPage } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled, ApolloServerPluginInlineTraceDisabled, ApolloServerPluginLandingPageDisabled, ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { GatewayLogger, PluginContext } from '../../config';
import type { CurrentGraph } from '../../supergraph/current-graph';

export type Plugin = ApolloServerPlugin<PluginContext>;

/** Apollo Server's plugins, started. */
export interface PluginHost {
  /** Those that hear of requests. */
  readonly plugins: readonly Plugin[];
  readonly logger: ApolloServer['logger'];
  readonly cache: ApolloServer['cache'];
  /** What one of them shows to browsers. */
  readonly landingPage: LandingPage | undefined;
  /** Calls their drainServer, once. Resolves when they are done, also if one failed, which is logged. */
  drain(): Promise<void>;
  /** Drains, if that was not done, and tells them of the end. */
  stop(): Promise<void>;
}

/**
 * Runs the life of plugins by an Apollo Server: serverWillStart, schemaDidLoadOrUpdate, renderLandingPage, serverWillStop, startupDidFail, with its
 * configuration from APOLLO_KEY and APOLLO_GRAPH_REF. Requests don't pass through it, so it can't know when to drain.
 * @throws what a plugin's serverWillStart throws.
 */
export async function hostPlugins(plugins: readonly Plugin[], graph: CurrentGraph, logger: GatewayLogger): Promise<PluginHost> {
  let landingPage: LandingPage | undefined;
  const drains: (() => Promise<void>)[] = [];

  /** Apollo Server sees of a plugin only what belongs to its life; the rest is for us to call. */
  function lifeOf(plugin: Plugin): ApolloServerPlugin {
    return {
      async serverWillStart(service: GraphQLServerContext) {
        const listener = await plugin.serverWillStart?.(service);
        if (!listener) return undefined;
        const render = listener.renderLandingPage?.bind(listener);
        if (listener.drainServer) drains.push(async () => listener.drainServer?.());
        return {
          schemaDidLoadOrUpdate: listener.schemaDidLoadOrUpdate?.bind(listener),
          serverWillStop: listener.serverWillStop?.bind(listener),
          ...(render && { renderLandingPage: async () => landingPage = await render() }),
        };
      },
      startupDidFail: async (failure) => plugin.startupDidFail?.(failure),
    };
  }

  const server = new ApolloServer({
    gateway: {
      load: () => Promise.resolve({ executor: () => Promise.reject(new Error('Requests do not pass through Apollo Server')) }),
      onSchemaLoadOrUpdate: (loaded) => {
        const { apiSchema, sdl } = graph.current.supergraph;
        loaded({ apiSchema, coreSupergraphSdl: sdl });
        return graph.onReplaced(({ supergraph }) => loaded({ apiSchema: supergraph.apiSchema, coreSupergraphSdl: supergraph.sdl }));
      },
      stop: () => Promise.resolve(),
    },
    stopOnTerminationSignals: false,
    logger: {
      debug: (message: string) => logger.debug({}, message),
      info: (message: string) => logger.info({}, message),
      warn: (message: string) => logger.warn({}, message),
      error: (message: string) => logger.error({}, message),
    },
    plugins: [
      // None comes by itself: what it would hear of requests would pass it by.
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      ...plugins.map(lifeOf),
    ],
  });
  await server.start();
  let drained: Promise<void> | undefined;

  async function drainAll(): Promise<void> {
    // What else is to end has to, whatever a plugin does.
    await Promise.all(drains.map((drain) => drain().catch((error: unknown) => logger.error({ err: error }, 'A plugin could not drain its server'))));
  }

  const drain = (): Promise<void> => drained ??= drainAll();
  return {
    plugins, logger: server.logger, cache: server.cache, landingPage, drain,
    async stop() {
      await drain();
      await server.stop();
    },
  };
}
