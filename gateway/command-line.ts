import { parseArgs } from 'node:util';
import type { GatewayAuth } from './config';
import { errorMasks } from './errors/error-presenter';
import type { ErrorRules } from './errors/error-presenter';
import type { ChosenSource } from './supergraph/chosen-source';
import { supergraphChoice, type SupergraphFlags } from './supergraph-choice';
import { hostsIn, httpChoice, originsIn } from './http-choice';
import type { HttpChoice } from './http-choice';
import { limitChoice } from './limit-choice';
import type { LimitChoice } from './limit-choice';
import { transportChoice } from './transport-choice';
import type { TransportChoice } from './transport-choice';
import { UsageError } from './usage-error';

/** What the command line and the environment ask for. */
export interface CommandLine {
  readonly supergraph: ChosenSource;
  readonly host: string;
  readonly port: number;
  readonly auth: GatewayAuth;
  readonly secret: string | undefined;
  readonly http: HttpChoice;
  readonly corsOrigins: readonly string[] | undefined;
  readonly allowedHosts: readonly string[] | undefined;
  /** Addresses of subgraphs by their names, where they are not those in the SDL. */
  readonly subgraphUrls: Addresses;
  /** Where subgraphs take mutations, by their names, if that is elsewhere. */
  readonly mutationUrls: Addresses;
  /** Where subgraphs take subscriptions, by their names, if that is elsewhere. */
  readonly subscriptionUrls: Addresses;
  readonly transport: TransportChoice;
  readonly limits: LimitChoice;
  readonly errors: ErrorRules;
  /** Labels of `@override(label:)` that apply. */
  readonly overrideLabels: readonly string[] | undefined;
}

export type Addresses = ReadonlyMap<string, readonly string[]>;

export const usage = `Serves a federated supergraph.

  gateway (--supergraph FILE | --supergraph-url URL | --introspect NAME=URL... | --uplink) [--port 4000] [--host 127.0.0.1] [--auth jwt --jwks URL --issuer I --audience A | --auth off]
          [--subgraph NAME=URL[|URL]]... [--mutations NAME=URL[|URL]]...

  --supergraph FILE     the supergraph SDL; subgraphs are called at the addresses in it          SUPERGRAPH
  --no-watch            serve what is in FILE now, whatever is written there later
  --supergraph-url URL  where the SDL is asked for, with If-None-Match                           SUPERGRAPH_URL
  --introspect NAME=URL compose the supergraph of what these subgraphs say; once for each        INTROSPECT
  --uplink              take it from Apollo Uplink: the default where nothing else is given      APOLLO_KEY, APOLLO_GRAPH_REF
  --poll-ms N           how often the last three are asked again (10000)                         POLL_MS
  --subgraph NAME=URL   the subgraph's address, if not that; NAME=URL|URL: of its instances,      SUBGRAPH_URLS
                        which are called in turn; once for each subgraph
  --mutations NAME=URL  where the subgraph takes mutations, if that is elsewhere                  MUTATION_URLS
  --subscriptions NAME=URL  where the subgraph takes subscriptions, if that is elsewhere: ws, wss,  SUBSCRIPTION_URLS
                        http or https
  --own-sockets A,B     subgraphs that want a socket for each subscription, with the identity     OWN_SOCKETS
                        in connection_init
  --sse A,B             subgraphs whose subscriptions come as server-sent events                  SSE
  --timeout NAME=MS     how long the subgraph may take to answer, tries included; MS: each of     TIMEOUT
                        them (30000)
  --retries N           how often a query is asked again at most; a mutation never is (2)         RETRIES
  --single-flight-ms N  identical queries share a request that is not older; 0: never (20)        SINGLE_FLIGHT_MS
  --max-response-bytes N  of one answer or event of a subgraph; above it is cut off (67108864)    MAX_RESPONSE_BYTES
  --compress-above N    requests of more bytes are sent compressed (none)                         COMPRESS_ABOVE
  --persisted-queries A,B  subgraphs that take operations by their hashes                         PERSISTED_QUERIES
  --propagate HEADER    a header of the client's that goes along; HEADER=NEWNAME renames it,      PROPAGATE
                        HEADER@A|B sends it to these subgraphs alone, x-* means all such
  --propagate-init KEY  a key of the payload of a client's connection_init that goes along as a   PROPAGATE_INIT
                        header; KEY=HEADER names the header, KEY@A|B sends it to these subgraphs alone
  --insert-header H=V   a header that all subgraphs get                                           INSERT_HEADER
  --port N, --host H    where to listen; port 0 takes a free one                                  PORT, HOST
  --auth jwt|off        who may come in: bearers of a valid token (the default), or everybody     AUTH
  --jwks URL            where the public keys of the tokens' issuer are                           JWKS
  --issuer, --audience  what a token has to say in its claims iss and aud                         ISSUER, AUDIENCE
  --algorithms A,B      the signature algorithms to accept, if not all asymmetric ones            ALGORITHMS
  --cors-origins A,B    web pages that may call from a browser                                    CORS_ORIGINS
  --allowed-hosts A,B   names of this server in the Host header beside loopback names and --host;         ALLOWED_HOSTS
                        .example.com: all below it, *: all (all, if --host is no loopback address)
  --no-introspection    hide the schema: the default where NODE_ENV is production                 INTROSPECTION=on|off
  --introspection       show it, also there
  --no-csrf-prevention  take GET requests that any web page could make a browser send
  --no-compression      send answers as they are, whatever clients accept
  --mask-errors KIND    what clients don't see of errors: the messages of those without a code         MASK_ERRORS
                        (uncoded, the default), of all from subgraphs (all), of none (none)
  --limit NAME=N        another bound than the default on what a client may ask for, as maxCost=5000  LIMIT
  --rate-limit N:BURST  estimated cost that each identity may use in a second, and at once after a      RATE_LIMIT
                        pause; N:BURST:operation counts each operation as 1
  --trusted-documents FILE  execute only the documents in this list, which is read again as it changes TRUSTED_DOCUMENTS
  --other-documents     execute others as well
  --no-client-queries   keep no documents that clients send with their hash
  --override-labels A,B  labels of @override(label:) that apply; percent(n) applies by itself        OVERRIDE_LABELS
  --help

Each flag can be given by the environment variable beside it instead, what can be repeated with commas between. LOG_LEVEL (warn) is what is logged,
as JSON lines. SIGTERM: no new request is taken, those in flight have 8 seconds, then exit 0. GATEWAY_SECRET, if set (32 bytes or more), signs the
identity that subgraphs get in the header gateway-identity. With APOLLO_KEY and APOLLO_GRAPH_REF, Apollo Studio hears of operations unless
USAGE_REPORTING is off; USAGE_REPORTING_TRACES (0.01) is for how many of them subgraphs are asked for traces, APOLLO_USAGE_REPORTING_ENDPOINT where
reports go instead.`;

const options = {
  supergraph: { type: 'string' }, port: { type: 'string' }, host: { type: 'string' }, auth: { type: 'string' }, jwks: { type: 'string' },
  issuer: { type: 'string' }, audience: { type: 'string' }, algorithms: { type: 'string' }, 'cors-origins': { type: 'string' }, 'allowed-hosts': { type: 'string' },
  subgraph: { type: 'string', multiple: true }, mutations: { type: 'string', multiple: true }, subscriptions: { type: 'string', multiple: true }, 'own-sockets': { type: 'string' },
  sse: { type: 'string' }, timeout: { type: 'string', multiple: true }, retries: { type: 'string' }, 'single-flight-ms': { type: 'string' }, 'max-response-bytes': { type: 'string' }, 'compress-above': { type: 'string' }, 'persisted-queries': { type: 'string' },
  propagate: { type: 'string', multiple: true }, 'propagate-init': { type: 'string', multiple: true }, 'insert-header': { type: 'string', multiple: true },
  'no-watch': { type: 'boolean' }, 'supergraph-url': { type: 'string' }, introspect: { type: 'string', multiple: true }, uplink: { type: 'boolean' }, 'poll-ms': { type: 'string' },
  'mask-errors': { type: 'string' }, limit: { type: 'string', multiple: true }, 'rate-limit': { type: 'string' }, 'trusted-documents': { type: 'string' }, 'other-documents': { type: 'boolean' },
  'no-client-queries': { type: 'boolean' }, 'override-labels': { type: 'string' }, 'no-introspection': { type: 'boolean' }, 'introspection': { type: 'boolean' },
  'no-csrf-prevention': { type: 'boolean' }, 'no-compression': { type: 'boolean' }, help: { type: 'boolean' },
} as const;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Undefined if help was asked for. Flags win over the environment.
 * @throws {UsageError} naming the first thing that is wrong.
 */
export function readCommandLine(args: readonly string[], environment: Environment): CommandLine | undefined {
  const flags = parse(args);
  if (flags.help) return undefined;
  const given = (flag: Exclude<keyof typeof flags, 'help' | 'limit' | 'other-documents' | 'no-client-queries' | 'introspection' | 'no-introspection' | 'no-csrf-prevention' | 'no-compression' | 'subgraph' | 'mutations' | 'no-watch' | 'introspect' | 'uplink' | 'timeout' | 'propagate' | 'propagate-init' | 'subscriptions' | 'insert-header'>): string | undefined =>
    flags[flag] ?? (environment[flag.replaceAll('-', '_').toUpperCase()] || undefined);
  return {
    supergraph: supergraphChoice(sourceFlags(flags, given('poll-ms'), environment)),
    host: given('host') ?? '127.0.0.1',
    port: portOf(given('port') ?? '4000'),
    auth: authOf(given),
    secret: environment['GATEWAY_SECRET'] || undefined,
    http: httpChoice({
      introspection: flags['no-introspection'] ? false : flags.introspection,
      csrfPrevention: !flags['no-csrf-prevention'],
      compression: !flags['no-compression'],
      environment,
    }),
    corsOrigins: originsIn(listOf(given('cors-origins'))),
    allowedHosts: hostsIn(listOf(given('allowed-hosts'))),
    subgraphUrls: addressesOf('--subgraph', flags.subgraph ?? listOf(environment['SUBGRAPH_URLS']) ?? []),
    mutationUrls: addressesOf('--mutations', flags.mutations ?? listOf(environment['MUTATION_URLS']) ?? []),
    subscriptionUrls: addressesOf('--subscriptions', flags.subscriptions ?? listOf(environment['SUBSCRIPTION_URLS']) ?? [], /^(?:https?|wss?):$/),
    errors: { mask: maskOf(given('mask-errors') ?? 'uncoded') },
    overrideLabels: listOf(given('override-labels')),
    limits: limitChoice({
      limit: flags.limit ?? listOf(environment['LIMIT']) ?? [],
      rateLimit: given('rate-limit'),
      trustedDocuments: given('trusted-documents'),
      otherDocuments: flags['other-documents'] ?? false,
      clientQueries: !flags['no-client-queries'],
    }),
    transport: transportChoice({
      timeout: flags.timeout ?? listOf(environment['TIMEOUT']) ?? [],
      retries: given('retries'),
      singleFlightMs: given('single-flight-ms'),
      maxResponseBytes: given('max-response-bytes'),
      compressAboveBytes: given('compress-above'),
      ownSockets: listOf(given('own-sockets')) ?? [],
      sse: listOf(given('sse')) ?? [],
      persistedQueries: listOf(given('persisted-queries')) ?? [],
      propagate: flags.propagate ?? listOf(environment['PROPAGATE']) ?? [],
      propagateInit: flags['propagate-init'] ?? listOf(environment['PROPAGATE_INIT']) ?? [],
      insertHeader: flags['insert-header'] ?? listOf(environment['INSERT_HEADER']) ?? [],
    }),
  };
}

/** A source that a flag names makes those in the environment count no more. */
function sourceFlags(flags: ReturnType<typeof parse>, pollMs: string | undefined, environment: Environment): SupergraphFlags {
  const isFlagged = flags.supergraph !== undefined || flags['supergraph-url'] !== undefined || flags.introspect !== undefined || flags.uplink === true;
  const fromEnvironment: Environment = isFlagged ? {} : environment;
  return {
    file: flags.supergraph ?? (fromEnvironment['SUPERGRAPH'] || undefined),
    watch: !flags['no-watch'],
    url: flags['supergraph-url'] ?? (fromEnvironment['SUPERGRAPH_URL'] || undefined),
    introspect: flags.introspect ?? listOf(fromEnvironment['INTROSPECT']) ?? [],
    uplink: flags.uplink ?? false,
    pollMs,
    apolloKey: environment['APOLLO_KEY'],
    apolloGraphRef: environment['APOLLO_GRAPH_REF'],
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? (error.message.split('. ')[0] ?? error.message) : String(error), { cause: error });
  }
}

function portOf(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new UsageError(`--port has to be a whole number from 0 to 65535, not "${text}"`);
  return port;
}

function maskOf(text: string): NonNullable<ErrorRules['mask']> {
  const mask = errorMasks.find((known) => known === text);
  if (!mask) throw new UsageError(`--mask-errors has to be ${errorMasks.join(', ')}, not "${text}"`);
  return mask;
}

function authOf(given: (flag: 'auth' | 'jwks' | 'issuer' | 'audience' | 'algorithms') => string | undefined): GatewayAuth {
  const mode = given('auth') ?? 'jwt';
  if (mode === 'off') return { mode };
  if (mode !== 'jwt') throw new UsageError(`--auth has to be jwt or off, not "${mode}"`);
  const [jwks, issuer, audience] = [given('jwks'), given('issuer'), given('audience')];
  if (!jwks || !issuer || !audience) throw new UsageError('--auth jwt, the default, needs --jwks, --issuer and --audience; --auth off lets everybody in');
  if (!URL.canParse(jwks) || !/^https?:$/.test(new URL(jwks).protocol)) throw new UsageError(`--jwks has to be an http or https address, not "${jwks}"`);
  const algorithms = listOf(given('algorithms'));
  return { mode, jwks: new URL(jwks), issuer, audience, ...(algorithms ? { algorithms } : {}) };
}

function addressesOf(flag: string, entries: readonly string[], protocols = /^https?:$/): Addresses {
  const addresses = new Map<string, readonly string[]>();
  for (const entry of entries) {
    const [, name, list = ''] = /^([^=]+)=(.+)$/.exec(entry) ?? [];
    const urls = list.split('|').map((url) => url.trim());
    const wrong = urls.find((url) => !URL.canParse(url) || !protocols.test(new URL(url).protocol));
    if (name === undefined) throw new UsageError(`${flag} has to be NAME=URL, not "${entry}"`);
    if (wrong !== undefined) throw new UsageError(`${flag} ${name} has to be an http${protocols.test('ws:') ? ', https, ws or wss' : ' or https'} address, not "${wrong}"`);
    if (addresses.has(name)) throw new UsageError(`${flag} ${name} is given twice; several addresses are written ${name}=URL|URL`);
    addresses.set(name, urls);
  }
  return addresses;
}

function listOf(text: string | undefined): readonly string[] | undefined {
  return text?.split(',').map((item) => item.trim()).filter(Boolean);
}
