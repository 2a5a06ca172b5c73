import { HeaderRuleRefused } from './header-rules';
import type { HeaderRules } from './header-rules';
import type { SubgraphRequest, SubgraphTransport } from './subgraph-transport';
import { subgraphOperation } from './subgraph-operation';
import { headersFor, keyOfHeaders, UpstreamHeaders } from './upstream-headers';

/** What a subgraph gets of a client's headers. */
async function sent(rules: HeaderRules, client: Readonly<Record<string, string | string[]>>, { subgraph = 'orders', identity = {} }: { subgraph?: string; identity?: Readonly<Record<string, string>> } = {}) {
  const requests: SubgraphRequest[] = [];
  const transport: SubgraphTransport = {
    execute: (request) => {
      requests.push(request);
      return Promise.resolve({ data: {} });
    },
    subscribe: () => { throw new Error('not asked'); },
    stop: () => Promise.resolve(),
  };
  const upstream = new UpstreamHeaders(rules);
  await upstream.onto(subgraph, transport).execute({ operation: subgraphOperation('{ a }'), headers: headersFor(identity, upstream.take(client)) });
  return requests[0]?.headers;
}

const client = { 'x-tenant': 'a', 'x-trace': 't', cookie: 'secret', authorization: 'Bearer x', host: 'gateway', 'content-length': '7', connection: 'close', 'gateway-identity': 'forged' };
/** Servers that hand headers on as variables take these for others. */
const folded = { 'gateway_identity': 'forged', 'gateway.identity': 'forged', 'content_length': '7', 'transfer_encoding': 'chunked', 'proxy': 'http://evil.example', 'sec_fetch_site': 'none' };

describe('headers that go along', () => {
  it.each<[string, HeaderRules, Record<string, string>, Record<string, string>?]>([
    ['none by default', {}, {}],
    ['one by its name, however that is written', { propagate: [{ name: 'X-Tenant' }] }, { 'x-tenant': 'a' }],
    ['one by a new name', { propagate: [{ name: 'x-tenant', rename: 'X-Org' }] }, { 'x-org': 'a' }],
    ['one that the client does not send', { propagate: [{ name: 'x-lang', default: 'en' }, { name: 'x-none' }] }, { 'x-lang': 'en' }],
    ['the first that has a value', { propagate: [{ name: 'x-none', rename: 'x-org' }, { name: 'x-tenant', rename: 'x-org' }, { name: 'x-trace', rename: 'x-org' }] }, { 'x-org': 'a' }],
    ['all of a kind', { propagate: [{ name: 'x-*' }] }, { 'x-tenant': 'a', 'x-trace': 't' }],
    ['all but some', { propagate: [{ name: '*' }], remove: [{ name: 'Cookie' }, { name: 'auth*' }] }, { 'x-tenant': 'a', 'x-trace': 't' }],
    ['what is inserted, whatever the client says', { propagate: [{ name: '*' }], remove: [{ name: '*' }], insert: [{ name: 'X-Tenant', value: 'mine' }] }, { 'x-tenant': 'mine' }],
    ['none that a server could take for the identity or for the connection\'s own', { propagate: [{ name: '*' }], remove: [{ name: 'Cookie' }, { name: 'auth*' }, { name: 'x-t*' }] }, {}, folded],
    ['the host by another name', { propagate: [{ name: 'host', rename: 'x-forwarded-host' }] }, { 'x-forwarded-host': 'gateway' }],
    ['those of other subgraphs not', { propagate: [{ name: 'x-tenant', subgraphs: ['others'] }, { name: 'x-trace', subgraphs: ['orders'] }], insert: [{ name: 'x-a', value: 'b', subgraphs: ['others'] }] }, { 'x-trace': 't' }],
  ])('%s', async (_, rules, expected, more = {}) => {
    expect(await sent(rules, { ...client, ...more })).toEqual(expected);
    expect(await sent(rules, { ...client, ...more }, { identity: { 'gateway-identity': 'true' } })).toEqual({ ...expected, 'gateway-identity': 'true' });
  });

  it.each<[string, HeaderRules, string]>([
    ['an identity', { propagate: [{ name: 'x-me', rename: 'Gateway-Identity' }] }, 'The header gateway-identity is the gateway\'s own'],
    ['an identity that the client sends', { propagate: [{ name: 'gateway-identity', rename: 'x-me' }] }, 'The header gateway-identity is the gateway\'s own'],
    ['a static identity', { insert: [{ name: 'gateway-identity', value: 'me' }] }, 'The header gateway-identity is the gateway\'s own'],
    ['an identity in another spelling', { propagate: [{ name: 'x-me', rename: 'Gateway_Identity' }] }, 'The header gateway-identity is the gateway\'s own'],
    ['an identity in another spelling that the client sends', { propagate: [{ name: 'GATEWAY.IDENTITY', rename: 'x-me' }] }, 'The header gateway-identity is the gateway\'s own'],
    ['a static identity in another spelling', { insert: [{ name: 'gateway_identity', value: 'me' }] }, 'The header gateway-identity is the gateway\'s own'],
    ['a proxy of CGI programs', { insert: [{ name: 'Proxy', value: 'me' }] }, 'The header "Proxy" is the connection\'s own'],
    ['the length', { propagate: [{ name: 'Content-Length' }] }, 'The header "Content-Length" is the connection\'s own'],
    ['the way', { insert: [{ name: 'proxy-authorization', value: 'x' }] }, 'The header "proxy-authorization" is the connection\'s own'],
    ['no name', { propagate: [{ name: '' }] }, '"" is no name of a header'],
    ['two lines', { insert: [{ name: 'a\r\nb', value: 'x' }] }, 'is no name of a header'],
    ['two headers', { propagate: [{ name: 'a', default: 'x\r\nb: y' }] }, 'The value of the header "a" has a character'],
    ['a pattern by a new name', { propagate: [{ name: 'x-*', rename: 'y' }] }, 'have neither a new name nor a default'],
    ['a pattern in the middle', { propagate: [{ name: 'x-*-y' }] }, '"x-*-y" is no name of a header'],
  ])('can not be ruled to be %s', (_, rules, problem) => {
    expect(() => new UpstreamHeaders(rules)).toThrow(HeaderRuleRefused);
    expect(() => new UpstreamHeaders(rules)).toThrow(problem);
  });

  it('can not be made two by their values', async () => {
    expect(await sent({ propagate: [{ name: 'x-tenant' }] }, { 'x-tenant': 'a\r\ngateway-identity: forged' })).toEqual({});
    expect(await sent({ propagate: [{ name: '*' }] }, { 'x-a': 'ü\u0100' })).toEqual({});
  });

  it('are one where the client sends several', async () => {
    expect(await sent({ propagate: [{ name: 'x-tenant' }] }, { 'x-tenant': ['a', 'b'] })).toEqual({ 'x-tenant': 'a, b' });
  });

  it('are the same object for the same identity, so that what is made of them is made once', async () => {
    const rules: HeaderRules = { insert: [{ name: 'x-a', value: 'b' }] };
    const seen: unknown[] = [];
    const transport = new UpstreamHeaders(rules).onto('orders', {
      execute: ({ headers }) => Promise.resolve({ data: { seen: seen.push(headers) } }), subscribe: () => { throw new Error('not asked'); }, stop: () => Promise.resolve(),
    });
    const identity = { 'gateway-identity': 'true' };
    for (const headers of [identity, headersFor(identity, undefined)]) await transport.execute({ operation: subgraphOperation('{ a }'), headers });
    expect(seen[0]).toEqual({ 'gateway-identity': 'true', 'x-a': 'b' });
    expect(seen[1]).toBe(seen[0]);
  });

  it('change nothing else of a transport, whatever made it', async () => {
    class Counting {
      private stopped = 0;
      reach = () => ({ kind: 'reached' as const });
      execute() { return Promise.resolve({ data: { stopped: this.stopped } }); }
      subscribe(): never { throw new Error('not asked'); }
      stop() { this.stopped += 1; return Promise.resolve(); }
    }
    const transport = new UpstreamHeaders({ insert: [{ name: 'x-a', value: 'b' }] }).onto('orders', new Counting());
    await transport.stop();
    expect(await transport.execute({ operation: subgraphOperation('{ a }'), headers: {} })).toEqual({ data: { stopped: 1 } });
    expect(transport.reach?.()).toEqual({ kind: 'reached' });
  });

  it('have a key that is equal for equal headers alone', () => {
    const upstream = new UpstreamHeaders({ propagate: [{ name: 'x-*' }] });
    const key = (headers: Record<string, string>) => keyOfHeaders(upstream.take(headers));
    expect(key({ 'x-a': '1', 'x-b': '2', cookie: 'c' })).toBe(key({ 'x-b': '2', 'x-a': '1', cookie: 'd' }));
    expect(new Set([key({}), key({ 'x-a': '1' }), key({ 'x-a': '2' }), key({ 'x-a': '1","x-b":"2' }), key({ 'x-a': '1', 'x-b': '2' })]).size).toBe(5);
    expect(keyOfHeaders(undefined)).toBe(key({ cookie: 'c' }));
  });
});
