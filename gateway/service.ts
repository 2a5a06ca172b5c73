import { healthRoute } from '@test-planning/kernel/health';
import { acceptSockets, drain, listen, routingServer, urlOf } from '@test-planning/kernel/http';
import type { GatewayConfig, GatewayPorts, RunningGateway } from './config';
import { defaultLimits } from './config';
import { presentErrors } from './errors/client-errors';
import { intake } from './documents/intake';
import { PersistedQueries } from './documents/persisted-queries';
import { trustedDocumentsOf } from './documents/trusted-documents-source';
import { startApolloFront } from './http/apollo-front';
import { crossOrigin as crossOriginOf, defaultOrigins } from './http/cross-origin';
import { graphqlRoute } from './http/graphql-route';
import { queryPageRoute } from './http/query-page';
import { respondFailure } from './http/respond';
import { internalIdentity, noIdentity } from './security/internal-identity';
import { Sessions } from './security/sessions';
import { tokenVerifier } from './security/token-verifier';
import { ClientSocket } from './subscriptions/client-socket';
import { socketProtocol } from './subscriptions/socket-protocol';
import { follow } from './subscriptions/follow';
import { gatewayReadiness } from './readiness';
import { startSupergraph } from './supergraph/running-supergraph';

const defaultGraceMs = 10_000;

/**
 * Starts a gateway for `config.supergraph`.
 * @throws {SupergraphRefused} saying in a sentence why the SDL can't be served, {SupergraphUnavailable} why there is none.
 */
export async function startGateway(config: GatewayConfig, ports: GatewayPorts): Promise<RunningGateway> {
  const { logger, now = Date.now } = ports;
  const limits = { ...defaultLimits, ...config.limits };
  const path = config.path ?? '/graphql';
  let phase: 'running' | 'draining' = 'running';
  const isDraining = (): boolean => phase === 'draining';

  const identityHeaders = config.internalIdentity && config.auth.mode === 'jwt' ? internalIdentity(config.internalIdentity, now) : noIdentity;
  const tokens = tokenVerifier(config.auth, now, ports.isRevoked?.bind(ports));
  const sessions = new Sessions();
  const crossOrigin = crossOriginOf(config.corsOrigins ?? defaultOrigins);
  const trusted = config.trustedDocuments && trustedDocumentsOf(config.trustedDocuments, logger);
  const persisted = config.persistedQueries === false ? undefined : new PersistedQueries();
  const supergraph = await startSupergraph(config.supergraph, {
    limits, introspection: config.introspection ?? true, identityHeaders, logger, now, transport: (subgraph) => ports.transport(subgraph),
  });
  const { graph } = supergraph;
  const takeIn = intake(graph, { trusted: trusted?.documents, persisted, rateLimit: config.rateLimit, now });
  const apollo = await startApolloFront(graph, logger, limits.maxTokens).catch(async (error: unknown) => {
    await supergraph.stop();
    throw error;
  });

  const http = routingServer([
    ...(config.queryPageDirectory === undefined ? [] : [queryPageRoute(path, config.queryPageDirectory)]),
    graphqlRoute({ path, maxBodyBytes: limits.maxBodyBytes, intake: takeIn, verifyToken: tokens.verify, apollo, crossOrigin }),
    healthRoute(gatewayReadiness({ supergraph, isDraining, ports })),
    ...(ports.routes ?? []),
  ], { isDraining, onFailure: (error, response) => respondFailure(response, presentErrors([error], logger)) });
  const protocol = socketProtocol({
    intake: takeIn, verifyToken: tokens.verify, isDraining,
    follow: (served, request) => follow({ ...served, identityHeaders, logger, resumeForMs: config.resumeForMs ?? 30_000 }, request),
    connectionInitTimeoutMs: config.connectionInitTimeoutMs ?? 3_000,
    maxOperationsPerSocket: limits.maxOperationsPerSocket,
  });
  const sockets = acceptSockets(http, {
    path, protocol, logger, isDraining,
    maxMessageBytes: limits.maxMessageBytes,
    admits: (request) => crossOrigin.admits(request),
    side: (socket) => ({ client: new ClientSocket(socket, now) }),
    idle: ({ client }) => client.idle(),
  });

  async function release(): Promise<void> {
    trusted?.stop();
    await apollo.stop();
    await supergraph.stop();
  }

  async function stop(graceMs: number): Promise<void> {
    phase = 'draining';
    supergraph.close();
    await Promise.all([drain(http, graceMs), sockets.drain(graceMs)]);
    await release();
  }

  const port = await listen(http, config.host, config.port).catch(async (error: unknown) => {
    await release();
    throw error;
  });
  let stopped: Promise<void> | undefined;

  return {
    url: urlOf(config.host, port, path),
    port,
    endSessions(matches) {
      // Forgotten first: whoever comes back at once is judged anew.
      tokens.forget(matches);
      return sessions.endWhere(matches);
    },
    stop: ({ graceMs = defaultGraceMs } = {}) => stopped ??= stop(graceMs),
  };
}
