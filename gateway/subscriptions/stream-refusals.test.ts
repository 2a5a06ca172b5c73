import { createClient } from 'graphql-sse';
import type { GatewayConfig } from '../config';
import { Feed } from '../testing/feed';
import { Issuer } from '../testing/tokens';
import { compose, RunningShop } from '../testing/running-shop';
import { inProcessTransport } from '../transport/in-process-transport';

describe('an operation that is refused before it is executed, asked for as an event stream', () => {
  let gateway: RunningShop;
  afterEach(() => gateway.stop());
  const start = async (config: Partial<GatewayConfig> = {}) => {
    const feed = new Feed();
    const { sdl } = compose([feed.source()]);
    gateway = await RunningShop.start({ supergraph: sdl, ...config }, { transport: () => inProcessTransport({ schema: feed.schema(), contextOf: (headers) => ({ headers }) }) });
  };
  /** All that the protocol's own client hears. */
  const heard = async (request: { query: string; operationName?: string; variables?: Record<string, unknown>; extensions?: Record<string, unknown> }, headers: Record<string, string> = {}) => {
    const results = [];
    for await (const result of createClient({ url: gateway.url, retryAttempts: 0, headers }).iterate(request)) results.push(result);
    return results;
  };

  it.each([
    ['a text that is no GraphQL', { query: 'subscription {' }, 'GRAPHQL_PARSE_FAILED'],
    ['an empty text', { query: '' }, 'BAD_USER_INPUT'],
    ['a field that is not there', { query: 'subscription { gone }' }, 'GRAPHQL_VALIDATION_FAILED'],
    ['a query with a field that is not there', { query: '{ gone }' }, 'GRAPHQL_VALIDATION_FAILED'],
    ['two root fields', { query: 'subscription { heard { number } added { number } }' }, 'GRAPHQL_VALIDATION_FAILED'],
    ['an unknown operation name', { query: 'subscription A { heard { number } }', operationName: 'B' }, 'BAD_USER_INPUT'],
    ['several operations and no name', { query: 'subscription A { heard { number } } subscription B { heard { number } }' }, 'BAD_USER_INPUT'],
    ['a variable of another type', { query: 'subscription($only: String) { added(only: $only) { number } }', variables: { only: 7 } }, 'BAD_USER_INPUT'],
    ['a variable that is left out', { query: 'mutation($text: String!) { append(text: $text) }' }, 'BAD_USER_INPUT'],
    ['a hash that is not known', { query: '', extensions: { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } } }, 'PERSISTED_QUERY_NOT_FOUND'],
  ])('is told by next and complete: %s', async (_, request, code) => {
    await start();
    const results = await heard(request);
    expect(results).toMatchObject([{ errors: [{ extensions: { code } }] }]);
    expect(results[0]).not.toHaveProperty('data');
    expect(results[0]?.errors?.[0]?.message).not.toBe('');
  });

  it('is told so of a rate limit and of too many subscriptions', async () => {
    await start({ rateLimit: { perSecond: 0.001, burst: 1 } });
    expect((await heard({ query: '{ head }' }))[0]).toMatchObject({ data: { head: 0 } });
    expect(await heard({ query: '{ head }' })).toMatchObject([{ errors: [{ extensions: { code: 'RATE_LIMITED' } }] }]);
    await gateway.stop();
    await start({ limits: { maxSubscriptionsPerIdentity: 0 } });
    expect(await heard({ query: 'subscription { heard { number } }' })).toMatchObject([{ errors: [{ extensions: { code: 'RATE_LIMITED' } }] }]);
  });

  it('is a stream in form: its status, its type, its two events, and the headers of every answer', async () => {
    await start();
    const response = await fetch(gateway.url, { method: 'POST', headers: { 'content-type': 'application/json', accept: 'text/event-stream', 'x-request-id': 'r1' }, body: '{"query":"{"}' });
    expect([response.status, response.headers.get('content-type'), response.headers.get('x-request-id')]).toEqual([200, 'text/event-stream; charset=utf-8', 'r1']);
    expect(await response.text()).toMatch(/^event: next\ndata: \{"errors":\[.*\]\}\n\nevent: complete\ndata: \n\n$/);
  });

  it.each([
    ['a client that takes JSON as well', { accept: 'text/event-stream, application/json' }, '{"query":"{"}', [200, 400]],
    ['a token that is none', { accept: 'text/event-stream', authorization: 'Bearer none' }, '{"query":"{ head }"}', [401]],
    ['a body that is no JSON by its type', { accept: 'text/event-stream', 'content-type': 'text/plain' }, '{"query":"{ head }"}', [415]],
  ])('is told by its status to %s', async (_, headers, body, statuses) => {
    await start({ auth: (await Issuer.make()).auth });
    const response = await fetch(gateway.url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers as Record<string, string> }, body });
    expect(statuses).toContain(response.status);
    expect(response.headers.get('content-type')).toMatch(/json/);
  });
});
