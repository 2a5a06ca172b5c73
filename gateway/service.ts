import { healthRoute } from '@test-planning/kernel/health';
import { drain, hostCheck, listen, urlOf } from '@test-planning/kernel/http';
import type { GatewayConfig, GatewayPorts, RunningGateway } from './config';
import { errorPresenter } from './errors/error-presenter';
import { intake } from './documents/intake';
import { PersistedQueries } from './documents/persisted-queries';
import { trustedDocumentsOf } from './documents/trusted-documents-source';
import { crossOrigin as crossOriginOf, defaultOrigins } from './http/cross-origin';
import { startHttpFront } from './http/http-front';
import { UnreadResponses } from './http/unread-responses';
import { internalIdentity, noIdentity } from './security/internal-identity';
import { loggedVerifier } from './security/logged-verifier';
import { Quota } from './security/quota';
import { RateLimiter } from './security/rate-limiter';
import { chargeRefusedTokens } from './security/refused-tokens';
import { Sessions } from './security/sessions';
import { tokenVerifier } from './security/token-verifier';
import { ClientBuffers } from './subscriptions/client-buffers';
import { clientSockets } from './subscriptions/client-sockets';
import { httpStreams } from './subscriptions/http-streams';
import { SubscriptionHub } from './subscriptions/subscription-hub';
import { limitsOf } from './limits';
import { gatewayReadiness } from './readiness';
import { startSupergraph } from './supergraph/running-supergraph';
import { UpstreamHeaders } from './transport/upstream-headers';

const defaultGraceMs = 10_000;
/** Within which clients are told to come back: all at once they would be a flood. */
const longestSpreadMs = 3_000;

/**
 * Starts a gateway for `config.supergraph`.
 * @throws {SupergraphRefused} saying in a sentence why the SDL can't be served, {SupergraphUnavailable} why there is none, {RangeError} naming what of the
 * configuration is out of bounds.
 */
export async function startGateway(config: GatewayConfig, ports: GatewayPorts): Promise<RunningGateway> {
  const { logger, now = Date.now } = ports;
  const limits = limitsOf(config.limits);
  const presentErrors = errorPresenter(config.errors ?? {}, logger);
  const path = config.path ?? '/graphql';
  let phase: 'running' | 'draining' = 'running';
  const isDraining = (): boolean => phase === 'draining';

  const identityHeaders = config.internalIdentity && config.auth.mode === 'jwt' ? internalIdentity(config.internalIdentity, now) : noIdentity;
  const tokens = tokenVerifier(config.auth, now, ports.isRevoked?.bind(ports));
  const verifyToken = loggedVerifier(tokens.verify, logger, now);
  const sessions = new Sessions();
  const crossOrigin = crossOriginOf(config.corsOrigins ?? defaultOrigins);
  const isOwnHost = hostCheck({ listening: config.host, allowed: config.allowedHosts });
  const upstreamHeaders = new UpstreamHeaders(config.headers);
  const limiter = config.rateLimit && new RateLimiter(config.rateLimit, now);
  const chargeRefusedToken = chargeRefusedTokens(limiter);
  const trusted = config.trustedDocuments && trustedDocumentsOf(config.trustedDocuments, logger);
  const persisted = config.persistedQueries === false ? undefined : new PersistedQueries();
  const supergraph = await startSupergraph(config.supergraph, {
    limits, introspection: config.introspection ?? true, identityHeaders, presentErrors, logger, now, transport: (subgraph) => upstreamHeaders.onto(subgraph.name, ports.transport(subgraph)),
    overrides: { always: config.overrideLabels, chosen: ports.overrideLabels?.bind(ports) },
  }).catch((error: unknown) => {
    trusted?.stop();
    throw error;
  });
  const { graph } = supergraph;
  const takeIn = intake(graph, { trusted: trusted?.documents, persisted, limiter });
  const hub = new SubscriptionHub({
    graphs: graph, identityHeaders, presentErrors,
    resumeForMs: config.resumeForMs ?? 30_000,
    tapeLimits: { maxMessages: limits.maxBufferedMessages, maxBytes: limits.maxBufferedBytes },
    maxTapeBytes: limits.maxBufferedBytesInAll,
  });
  const subscriptions = new Quota(limits.maxSubscriptionsPerIdentity);
  const buffers = new ClientBuffers(limits);
  const unread = new UnreadResponses(limits);
  const streams = httpStreams({ hub, sessions, subscriptions, now, isDraining, buffers, unread });
  const front = await startHttpFront({
    config, ports, limits, path, graph, crossOrigin, isOwnHost, upstreamHeaders, isDraining, presentErrors, unread, chargeRefusedToken,
    intake: takeIn,
    stream: streams,
    verifyToken,
    health: healthRoute(gatewayReadiness({ supergraph, isDraining, ports })),
  }).catch(async (error: unknown) => {
    trusted?.stop();
    await supergraph.stop();
    throw error;
  });
  const sockets = clientSockets(front.server, {
    path, hub, intake: takeIn, verifyToken, sessions, isDraining, now, logger, presentErrors, buffers, unread, chargeRefusedToken, ...limits,
    sockets: new Quota(limits.maxSocketsPerIdentity),
    subscriptions,
    connectionInitTimeoutMs: config.connectionInitTimeoutMs ?? 3_000,
    refusalOf: (request) => (!isOwnHost(request) ? '421 Misdirected Request' : crossOrigin.admits(request) ? undefined : '403 Forbidden'),
    headersOf: ({ headers }) => upstreamHeaders.take(headers),
    headersOfInit: (payload) => upstreamHeaders.takeInit(payload),
  });

  async function release(): Promise<void> {
    trusted?.stop();
    await front.stop();
    await supergraph.stop();
  }

  async function stop(graceMs: number): Promise<void> {
    phase = 'draining';
    supergraph.close();
    const spreadMs = Math.min(graceMs / 4, longestSpreadMs);
    streams.drain(spreadMs);
    await Promise.all([front.drainPlugins(), drain(front.server, graceMs), sockets.drain(graceMs, spreadMs)]);
    hub.stop();
    await release();
  }

  const port = await listen(front.server, config.host, config.port).catch(async (error: unknown) => {
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
