import type { Server } from 'node:http';
import { routingServer, type HostCheck, type HttpRoute } from '@test-planning/kernel/http';
import type { GatewayConfig, GatewayLimits, GatewayPorts } from '../config';
import type { AnswerParts } from './answer-operation';
import type { CrossOrigin } from './cross-origin';
import { pageFromRoot, withoutSlash } from './endpoint-paths';
import { graphqlRoute } from './graphql-route';
import { landingPageRoute } from './plugins/landing-page';
import { hostPlugins } from './plugins/plugin-host';
import { queryPageRoute } from './query-page';
import { respondFailure } from './respond-failure';
import { routesForPages } from './routes-for-pages';
import type { UnreadResponses } from './unread-responses';

interface HttpFrontParts extends Omit<AnswerParts, 'plugins'> {
  readonly config: Pick<GatewayConfig, 'queryPageDirectory' | 'csrfPrevention' | 'compression'>;
  readonly ports: Pick<GatewayPorts, 'plugins' | 'routes' | 'logger'>;
  readonly limits: GatewayLimits;
  readonly path: string;
  readonly crossOrigin: CrossOrigin;
  readonly isOwnHost: HostCheck;
  readonly health: HttpRoute;
  readonly isDraining: () => boolean;
  readonly unread: UnreadResponses;
}

/** All that is served over HTTP. */
interface HttpFront {
  /** Does not listen yet. */
  readonly server: Server;
  /** Tells plugins that the server is being drained; resolves when they are ready for its end. */
  drainPlugins(): Promise<void>;
  /** Ends what plugins began; the server is for its owner to close. */
  stop(): Promise<void>;
}

/** @throws what a plugin throws that can't start. */
export async function startHttpFront(parts: HttpFrontParts): Promise<HttpFront> {
  const { config, ports: { logger, routes = [], plugins = [] }, limits, path, isDraining } = parts;
  const host = plugins.length === 0 ? undefined : await hostPlugins(plugins, parts.graph, logger);
  const page = host?.landingPage
    ? [landingPageRoute(path, host.landingPage)]
    : config.queryPageDirectory === undefined ? [] : [queryPageRoute(path, config.queryPageDirectory)];
  const graphql = graphqlRoute({
    ...parts,
    plugins: host,
    maxBodyBytes: limits.maxBodyBytes,
    maxSignedBodyBytes: limits.maxSignedBodyBytes,
    maxJsonValues: limits.maxJsonValues,
    preventsCsrf: config.csrfPrevention ?? true,
    compresses: config.compression ?? true,
  });
  const root = page.length > 0 ? [pageFromRoot(path)] : [];
  const server = routingServer([withoutSlash(path), ...page, graphql, parts.health, ...routesForPages(routes, parts.crossOrigin), ...root], {
    isDraining, limits,
    isOwnHost: parts.isOwnHost,
    onFailure: (error, response) => respondFailure(response, parts.presentErrors([error])),
    onFull: () => logger.warn({ maxConnections: limits.maxConnections }, 'Too many connections: new ones are closed'),
  });
  return { server, drainPlugins: async () => host?.drain(), stop: async () => host?.stop() };
}
