import { readCommandLine } from './command-line';

const jwt = ['--jwks', 'https://issuer.example/jwks', '--issuer', 'me', '--audience', 'you'];

describe('the command line', () => {
  it('takes flags', () => {
    expect(readCommandLine(['--supergraph', 'a.graphql', '--port', '80', '--host', '0.0.0.0', '--auth', 'off'], {})).toMatchObject({
      supergraph: { kind: 'file', path: 'a.graphql', watch: true }, port: 80, host: '0.0.0.0', auth: { mode: 'off' }, http: { introspection: true, csrfPrevention: true, compression: true, usageReporting: undefined },
    });
    expect(readCommandLine(['--supergraph', 'a.graphql', ...jwt, '--algorithms', 'ES256, EdDSA', '--no-introspection'], {})).toMatchObject({
      auth: { mode: 'jwt', jwks: new URL('https://issuer.example/jwks'), issuer: 'me', audience: 'you', algorithms: ['ES256', 'EdDSA'] }, http: { introspection: false }, port: 4000,
    });
  });

  it('takes the environment where a flag is missing', () => {
    expect(readCommandLine(['--port', '81'], { SUPERGRAPH: 'b.graphql', PORT: '80', AUTH: 'off', CORS_ORIGINS: 'https://a.example,https://b.example' })).toMatchObject({
      supergraph: { kind: 'file', path: 'b.graphql' }, port: 81, auth: { mode: 'off' }, corsOrigins: ['https://a.example', 'https://b.example'],
    });
  });

  it('takes addresses of subgraphs, several for one, and where mutations go', () => {
    const flags = ['--supergraph', 'a', '--auth', 'off', '--subgraph', 'things=http://a:1/graphql|http://b:1/graphql', '--subgraph', 'others=https://c/q?x=1', '--own-sockets', 'others'];
    expect(readCommandLine(flags, { SUBGRAPH_URLS: 'things=http://not-this', MUTATION_URLS: 'things=http://d:1/graphql, others=http://e:1/graphql' })).toMatchObject({
      subgraphUrls: new Map([['things', ['http://a:1/graphql', 'http://b:1/graphql']], ['others', ['https://c/q?x=1']]]),
      mutationUrls: new Map([['things', ['http://d:1/graphql']], ['others', ['http://e:1/graphql']]]),
    });
  });

  it('takes the labels of overrides from a flag or the environment', () => {
    expect(readCommandLine(['--supergraph', 'a', '--auth', 'off', '--override-labels', 'new-x, new/y'], {})?.overrideLabels).toEqual(['new-x', 'new/y']);
    expect(readCommandLine(['--supergraph', 'a', '--auth', 'off'], { OVERRIDE_LABELS: 'new-x' })?.overrideLabels).toEqual(['new-x']);
    expect(readCommandLine(['--supergraph', 'a', '--auth', 'off'], {})?.overrideLabels).toBeUndefined();
  });

  it('takes where subscriptions go, and what of connection_init goes along', () => {
    const flags = ['--supergraph', 'a', '--auth', 'off', '--subscriptions', 'things=ws://a:2/live|wss://b:2/live', '--propagate-init', 'tenant=x-tenant@things|others', '--propagate-init', 'locale'];
    const { subscriptionUrls, transport } = readCommandLine(flags, { SUBSCRIPTION_URLS: 'not=this', PROPAGATE_INIT: 'not-this' }) ?? {};
    expect(subscriptionUrls).toEqual(new Map([['things', ['ws://a:2/live', 'wss://b:2/live']]]));
    expect(transport?.headers.propagateInit).toEqual([{ key: 'tenant', header: 'x-tenant', subgraphs: ['things', 'others'] }, { key: 'locale', header: undefined, subgraphs: undefined }]);
    expect(transport?.named).toEqual(['things', 'others']);
    expect(readCommandLine(['--supergraph', 'a', '--auth', 'off'], { SUBSCRIPTION_URLS: 'things=http://a:2/live', PROPAGATE_INIT: 'tenant' })).toMatchObject({
      subscriptionUrls: new Map([['things', ['http://a:2/live']]]), transport: { headers: { propagateInit: [{ key: 'tenant' }] } },
    });
  });

  it('takes how subgraphs are called', () => {
    const flags = ['--supergraph', 'a', '--auth', 'off', '--timeout', 'slow=60000', '--timeout', '500', '--sse', 'news', '--own-sockets', 'others', '--retries', '0', '--max-response-bytes', '1000', '--compress-above', '500', '--propagate', 'x-tenant=x-org@slow|news'];
    const { transport } = readCommandLine(flags, { SINGLE_FLIGHT_MS: '0', PERSISTED_QUERIES: 'slow', INSERT_HEADER: 'x-from=gateway,x-a=b=c', PROPAGATE: 'not-this' }) ?? {};
    expect(transport?.optionsFor('slow')).toEqual({ timeoutMs: 60_000, subscriptions: 'shared', retries: 0, singleFlightMs: 0, maxResponseBytes: 1_000, compressAboveBytes: 500, persistedQueries: true });
    expect(transport?.optionsFor('news')).toMatchObject({ timeoutMs: 500, subscriptions: 'event stream', persistedQueries: false });
    expect(transport?.optionsFor('others')).toMatchObject({ timeoutMs: 500, subscriptions: 'per subscription' });
    expect(transport?.headers).toEqual({
      propagateInit: [],
      propagate: [{ name: 'x-tenant', rename: 'x-org', subgraphs: ['slow', 'news'] }], insert: [{ name: 'x-from', value: 'gateway' }, { name: 'x-a', value: 'b=c' }],
    });
    expect(new Set(transport?.named)).toEqual(new Set(['slow', 'news', 'others']));
  });

  it.each<[string, string[], Record<string, string>, object]>([
    ['a file that is not watched', ['--supergraph', 'a', '--no-watch'], {}, { kind: 'file', path: 'a', watch: false }],
    ['an address', ['--supergraph-url', 'https://a.example/s', '--poll-ms', '500'], { SUPERGRAPH: 'b' }, { kind: 'url', url: new URL('https://a.example/s'), pollMs: 500 }],
    ['subgraphs', ['--introspect', 'a=http://a:1/graphql', '--introspect', 'b=http://b:1/'], {}, {
      kind: 'introspection', subgraphs: [{ name: 'a', url: 'http://a:1/graphql' }, { name: 'b', url: 'http://b:1/' }], pollMs: undefined,
    }],
    ['subgraphs by the environment', [], { INTROSPECT: 'a=http://a:1/graphql,b=http://b:1/', POLL_MS: '1000' }, { kind: 'introspection', pollMs: 1_000 }],
    ['Uplink', ['--uplink'], { SUPERGRAPH: 'b', APOLLO_KEY: 'k', APOLLO_GRAPH_REF: 'g@v' }, { kind: 'uplink', apiKey: 'k', graphRef: 'g@v' }],
    ['Uplink by the environment alone', [], { APOLLO_KEY: 'k', APOLLO_GRAPH_REF: 'g@v' }, { kind: 'uplink', apiKey: 'k', graphRef: 'g@v' }],
    ['a file, though there is a key', [], { SUPERGRAPH: 'b', APOLLO_KEY: 'k', APOLLO_GRAPH_REF: 'g@v' }, { kind: 'file', path: 'b' }],
  ])('takes the supergraph from %s', (_, args, environment, supergraph) => {
    expect(readCommandLine([...args, '--auth', 'off'], environment)?.supergraph).toMatchObject(supergraph);
  });

  it.each<[string[], Record<string, string>, boolean]>([
    [[], {}, true],
    [[], { NODE_ENV: 'production' }, false],
    [['--introspection'], { NODE_ENV: 'production' }, true],
    [[], { NODE_ENV: 'production', INTROSPECTION: 'on' }, true],
    [[], { INTROSPECTION: 'off' }, false],
    [['--introspection'], { INTROSPECTION: 'off' }, true],
    [['--no-introspection'], { INTROSPECTION: 'on' }, false],
  ])('shows the schema or hides it, by %j in %j', (flags, environment, introspection) => {
    expect(readCommandLine(['--supergraph', 'a', '--auth', 'off', ...flags], environment)?.http.introspection).toBe(introspection);
  });

  it('leaves out what HTTP does by itself', () => {
    expect(readCommandLine(['--supergraph', 'a', '--auth', 'off', '--no-csrf-prevention', '--no-compression'], {})?.http).toMatchObject({ csrfPrevention: false, compression: false });
    expect(() => readCommandLine(['--supergraph', 'a', '--auth', 'off'], { INTROSPECTION: 'no' })).toThrow('INTROSPECTION has to be on or off, not "no"');
  });

  it('takes which errors are masked', () => {
    const mask = (flags: string[], environment: Record<string, string>) => readCommandLine(['--supergraph', 'a', '--auth', 'off', ...flags], environment)?.errors.mask;
    expect([mask([], {}), mask([], { MASK_ERRORS: 'none' }), mask(['--mask-errors', 'all'], { MASK_ERRORS: 'none' })]).toEqual(['uncoded', 'none', 'all']);
  });

  it('reports usage to whom the key belongs', () => {
    const reports = (environment: Record<string, string>) => readCommandLine(['--supergraph', 'a', '--auth', 'off'], environment)?.http.usageReporting;
    const apollo = { APOLLO_KEY: 'service:a:b', APOLLO_GRAPH_REF: 'a@current' };
    expect([reports(apollo), reports({ ...apollo, USAGE_REPORTING: 'off' }), reports({ APOLLO_KEY: 'service:a:b' })]).toEqual([{ traceRatio: 0.01 }, undefined, undefined]);
    expect(reports({ ...apollo, USAGE_REPORTING_TRACES: '1', APOLLO_USAGE_REPORTING_ENDPOINT: 'http://127.0.0.1:1' })).toEqual({ traceRatio: 1, endpoint: 'http://127.0.0.1:1' });
    expect(() => reports({ ...apollo, USAGE_REPORTING_TRACES: '2' })).toThrow('USAGE_REPORTING_TRACES has to be a number from 0 to 1, not "2"');
    expect(() => reports({ ...apollo, APOLLO_USAGE_REPORTING_ENDPOINT: 'here' })).toThrow('APOLLO_USAGE_REPORTING_ENDPOINT has to be an address');
  });

  it('gives help', () => expect(readCommandLine(['--help'], {})).toBeUndefined());

  it.each<[string, string[], string]>([
    ['no supergraph', ['--auth', 'off'], '--supergraph FILE is missing'],
    ['two sources', ['--supergraph', 'a', '--uplink'], 'The supergraph can come from one source only: --supergraph or --uplink'],
    ['a file for an address', ['--supergraph-url', 'a.graphql'], '--supergraph-url has to be an http or https address, not "a.graphql"'],
    ['a subgraph to introspect without its name', ['--introspect', 'http://a'], '--introspect has to be NAME=URL, not "http://a"'],
    ['a subgraph to introspect nowhere', ['--introspect', 'a=b'], '--introspect a has to be an http or https address, not "b"'],
    ['a poll that never rests', ['--supergraph-url', 'http://a', '--poll-ms', '0'], '--poll-ms has to be a whole number from 100 to 86400000, not "0"'],
    ['Uplink without a key', ['--uplink'], '--uplink needs APOLLO_KEY in the environment'],
    ['a flag that does not exist', ['--prot', '80'], "Unknown option '--prot'"],
    ['something that is no flag', ['a.graphql'], "Unexpected argument 'a.graphql'"],
    ['a flag without its value', ['--port'], "Option '--port <value>' argument missing"],
    ['an unknown kind of mask', ['--supergraph', 'a', '--auth', 'off', '--mask-errors', 'some'], '--mask-errors has to be uncoded, all, none, not "some"'],
    ['no number for a port', ['--supergraph', 'a', '--port', '8o'], '--port has to be a whole number from 0 to 65535, not "8o"'],
    ['a port too high', ['--supergraph', 'a', '--port', '65536'], '--port has to be'],
    ['an unknown kind of auth', ['--supergraph', 'a', '--auth', 'basic'], '--auth has to be jwt or off, not "basic"'],
    ['auth by tokens, but not whose', ['--supergraph', 'a'], '--auth jwt, the default, needs --jwks, --issuer and --audience'],
    ['no address for the keys', ['--supergraph', 'a', ...jwt, '--jwks', 'file:///etc'], '--jwks has to be an http or https address'],
    ['an address of no subgraph', ['--supergraph', 'a', '--auth', 'off', '--subgraph', 'http://a'], '--subgraph has to be NAME=URL, not "http://a"'],
    ['a subgraph at no address', ['--supergraph', 'a', '--auth', 'off', '--mutations', 'a=b'], '--mutations a has to be an http or https address, not "b"'],
    ['a timeout that is none', ['--supergraph', 'a', '--auth', 'off', '--timeout', 'a=soon'], '--timeout has to be NAME=MILLISECONDS, or MILLISECONDS for all subgraphs, not "a=soon"'],
    ['subscriptions at no address', ['--supergraph', 'a', '--auth', 'off', '--subscriptions', 'a=ftp://b'], '--subscriptions a has to be an http, https, ws or wss address, not "ftp://b"'],
    ['no key of connection_init', ['--supergraph', 'a', '--auth', 'off', '--propagate-init', '=x'], '--propagate-init has to be KEY, KEY=HEADER or KEY@SUBGRAPH|SUBGRAPH, not "=x"'],
    ['all keys of connection_init', ['--supergraph', 'a', '--auth', 'off', '--propagate-init', '*'], '"*" is no name of a header'],
    ['a key of connection_init as the identity', ['--supergraph', 'a', '--auth', 'off', '--propagate-init', 'a=gateway-identity'], 'The header gateway-identity is the gateway\'s own'],
    ['a subgraph by two ways', ['--supergraph', 'a', '--auth', 'off', '--sse', 'a', '--own-sockets', 'a'], 'The subgraph "a" can have its subscriptions by --own-sockets or by --sse, not by both'],
    ['a header that is the gateway\'s own', ['--supergraph', 'a', '--auth', 'off', '--propagate', 'x-me=Gateway-Identity'], 'The header gateway-identity is the gateway\'s own'],
    ['a header that is the connection\'s own', ['--supergraph', 'a', '--auth', 'off', '--insert-header', 'Host=a'], 'The header "Host" is the connection\'s own'],
    ['a header that would be two', ['--supergraph', 'a', '--auth', 'off', '--insert-header', 'a=b\r\nc: d'], 'The value of the header "a" has a character that no header may have'],
    ...['*', 'app.example', 'https://app.example/', 'https://App.example', 'https://*.app.example', 'null'].map((origin): [string, string[], string] => [
      `the origin ${origin}`, ['--supergraph', 'a', '--auth', 'off', '--cors-origins', `http://localhost:3000,${origin}`], `--cors-origins has to be origins as browsers send them, like https://app.example or http://localhost:3000, not "${origin}"`,
    ]),
    ['a subgraph given twice', ['--supergraph', 'a', '--auth', 'off', '--subgraph', 'a=http://b', '--subgraph', 'a=http://c'], '--subgraph a is given twice'],
  ])('is refused with %s', (_, args, message) => {
    expect(() => readCommandLine(args, {})).toThrow(message);
  });
});
