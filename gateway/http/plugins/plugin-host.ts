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
  stop(): Promise<void>;
}

/**
 * Runs the life of plugins by an Apollo Server: serverWillStart, schemaDidLoadOrUpdate, renderLandingPage, drainServer, serverWillStop, startupDidFail, with
 * its configuration from APOLLO_KEY and APOLLO_GRAPH_REF. Requests don't pass through it.
 * @throws what a plugin's serverWillStart throws.
 */
export async function hostPlugins(plugins: readonly Plugin[], graph: CurrentGraph, logger: GatewayLogger): Promise<PluginHost> {
  let landingPage: LandingPage | undefined;

  /** Apollo Server sees of a plugin only what belongs to its life; the rest is for us to call. */
  function lifeOf(plugin: Plugin): ApolloServerPlugin {
    return {
      async serverWillStart(service: GraphQLServerContext) {
        const listener = await plugin.serverWillStart?.(service);
        const render = listener?.renderLandingPage?.bind(listener);
        if (!listener || !render) return listener;
        return {
          schemaDidLoadOrUpdate: listener.schemaDidLoadOrUpdate?.bind(listener),
          drainServer: listener.drainServer?.bind(listener),
          serverWillStop: listener.serverWillStop?.bind(listener),
          renderLandingPage: async () => landingPage = await render(),
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
  return { plugins, logger: server.logger, cache: server.cache, landingPage, stop: () => server.stop() };
}
