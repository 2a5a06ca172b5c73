import { healthRoute, type Readiness } from '../../health';
import { acceptSockets, drain, listen, respondJson, routingServer, urlOf } from '../../http';
import type { Subgraph } from '../build-subgraph';
import type { ContextOf } from '../context';
import { defaultLimits, type RunningSubgraph, type SubgraphServerConfig, type SubgraphServerPorts } from './config';
import { startHttpFront } from './http-front';
import { SocketPace } from './socket-pace';
import { socketProtocol } from './socket-protocol';
import { ToldPositions } from './told-positions';

const path = '/graphql';
const defaultGraceMs = 5_000;

/**
 * Serves a subgraph at /graphql, over HTTP and graphql-transport-ws, and its health at /health/live and /health/ready.
 * @throws when the address is in use.
 */
export async function serveSubgraph(
  subgraph: Subgraph & { readonly contextOf: ContextOf }, config: SubgraphServerConfig, { logger, ready }: SubgraphServerPorts,
): Promise<RunningSubgraph> {
  const { host, serves } = config;
  const { maxBodyBytes, maxMessageBytes, maxOperationsPerSocket, maxBufferedBytes } = { ...defaultLimits, ...config.limits };
  let phase: 'running' | 'draining' = 'running';
  const isDraining = (): boolean => phase === 'draining';
  const readiness = (): Readiness | Promise<Readiness> => (isDraining() ? { ok: false, details: { reason: 'shutting down' } } : ready());

  const front = await startHttpFront({ subgraph, serves, path, maxBodyBytes, logger });
  const http = routingServer([front.route, healthRoute(readiness)], {
    isDraining,
    onFailure(error, response) {
      logger.error({ err: error }, 'a request failed');
      if (response.headersSent) response.destroy();
      else respondJson(response, 500, { errors: [{ message: 'Internal server error', extensions: { code: 'INTERNAL_SERVER_ERROR' } }] });
    },
  });
  const sockets = acceptSockets(http, {
    path, maxMessageBytes, isDraining, logger,
    protocol: socketProtocol({ subgraph, serves, maxOperationsPerSocket, logger }),
    side: (socket) => {
      const pace = new SocketPace(socket, maxBufferedBytes);
      return { pace, positions: new ToldPositions(socket, pace) };
    },
    onSent: ({ pace }) => pace.sent(),
  });

  async function stop(graceMs: number): Promise<void> {
    phase = 'draining';
    await Promise.all([drain(http, graceMs), sockets.drain(graceMs)]);
    await front.stop();
  }

  const port = await listen(http, host, config.port).catch(async (error: unknown) => {
    await front.stop();
    throw error;
  });
  let stopped: Promise<void> | undefined;
  return {
    url: urlOf(host, port, path),
    port,
    stop: ({ graceMs = defaultGraceMs } = {}) => stopped ??= stop(graceMs),
  };
}
