import { join } from 'node:path';
import { httpTransport, startGateway, type GatewayAuth } from '@test-planning/gateway';
import type { HttpRoute } from '@test-planning/kernel/http';
import supergraphSdl from '@test-planning/schema/graphql/supergraph.graphql';
import { demoUsers, openKeys, signInRoute, tokenAudience, tokenIssuer } from '@test-planning/sign-in';
import type { GatewaySettings } from '../settings/settings';
import type { ProcessPorts, RunningProcess } from './running-process';

/** Bytes of a request with 100 methods, each with a description of 10,000 characters of any script. */
const LARGEST_INPUT = 8 * 1024 * 1024;
/** Of the time to stop, what is left to let go of everything when the last answer is given. */
const LET_GO_MS = 1_000;

interface SignIn {
  auth: GatewayAuth;
  routes: readonly HttpRoute[];
}

const signInFrom = async (tokens: GatewaySettings['tokens'], logger: ProcessPorts['logger']): Promise<SignIn> => {
  if (tokens.from === 'identity provider') {
    const { jwks, issuer, audience, algorithms } = tokens;
    return { auth: { mode: 'jwt', jwks, issuer, audience, ...(algorithms && { algorithms }) }, routes: [] };
  }
  const keys = await openKeys(tokens.dataDir, (message) => logger.warn({ dataDir: tokens.dataDir }, message));
  return {
    auth: { mode: 'jwt', jwks: keys.jwks, issuer: tokenIssuer, audience: tokenAudience, algorithms: ['EdDSA'] },
    routes: [signInRoute({ keys, users: demoUsers })],
  };
};

/** The only door for clients. It can be started before the APIs are there. */
export const runGateway = async (settings: GatewaySettings, { logger }: Pick<ProcessPorts, 'logger'>): Promise<RunningProcess> => {
  const { host, port, identitySecret, subgraphUrls, mutationUrls, corsOrigins, allowedHosts, maxCost, rateLimit, drainMs } = settings;
  const { auth, routes } = await signInFrom(settings.tokens, logger);
  const gateway = await startGateway(
    {
      supergraph: supergraphSdl, host, port, auth,
      internalIdentity: { secret: identitySecret },
      limits: { maxSignedBodyBytes: LARGEST_INPUT, maxCost },
      // This file is built into dist/distributed/.
      queryPageDirectory: join(__dirname, '..', 'gateway', 'query-page'),
      ...(corsOrigins && { corsOrigins }),
      ...(allowedHosts && { allowedHosts }),
      ...(rateLimit !== 'off' && { rateLimit }),
    },
    {
      logger,
      routes,
      transport: (subgraph) => httpTransport(subgraph, { urls: subgraphUrls.get(subgraph.name), mutationUrls: mutationUrls.get(subgraph.name), logger }),
    },
  );
  logger.info({ url: gateway.url, subgraphs: Object.fromEntries(subgraphUrls), mutations: Object.fromEntries(mutationUrls), tokens: settings.tokens.from }, 'Serving');
  return { url: gateway.url, stop: () => gateway.stop({ graceMs: Math.max(0, drainMs - LET_GO_MS) }) };
};
