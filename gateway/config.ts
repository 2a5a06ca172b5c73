import type { SupergraphManager } from '@apollo/gateway';
import type { Readiness } from '@test-planning/kernel/health';
import type { ApolloServerPlugin } from '@apollo/server';
import { defaultHttpLimits, type HttpLimits, type HttpRoute } from '@test-planning/kernel/http';
import type { JSONWebKeySet, JWTPayload } from 'jose';
import type { ErrorRules } from './errors/error-presenter';
import type { Caller } from './security/caller';
import type { HeaderRules } from './transport/header-rules';
import type { RateLimit } from './security/rate-limiter';
import type { SubgraphAddress, SubgraphTransport } from './transport/subgraph-transport';

/** Who may come in. `off`: everybody, and the supergraph's access rules are not looked at. */
export type GatewayAuth =
  | { readonly mode: 'off' }
  | {
    readonly mode: 'jwt';
    /** Where the public keys are: an address, fetched and cached, or the keys themselves. */
    readonly jwks: URL | JSONWebKeySet;
    readonly issuer: string;
    readonly audience: string;
    /** Signature algorithms to accept. The default is every asymmetric one that jose knows; `none` is never accepted. */
    readonly algorithms?: readonly string[];
    /** How far clocks may differ when exp and nbf are read. Default 0. */
    readonly clockToleranceSeconds?: number;
  };

/** How the gateway vouches for a client towards its subgraphs: a JWT (HS256) in the header `gateway-identity`. */
export interface InternalIdentityConfig {
  /** Shared with the subgraphs; at least 32 bytes. */
  readonly secret: Uint8Array | string;
  /** 2 to 60. Default 60. */
  readonly lifetimeSeconds?: number;
}

/** Bounds on what one client may ask for; each has a default in {@link defaultLimits}. */
export interface GatewayLimits extends HttpLimits {
  /** Of an HTTP request's body, unpacked; above it 413. */
  readonly maxBodyBytes: number;
  /** The same of a body that comes uncompressed with a token, for large inputs. The token of a body above `maxBodyBytes` is verified before the body is read. */
  readonly maxSignedBodyBytes: number;
  /** Of one message on a socket; above it the socket closes with 1009. */
  readonly maxMessageBytes: number;
  /** JSON values of one such body or message, counted before it is parsed: lists, objects, their items and fields. Above it as above. */
  readonly maxJsonValues: number;
  /** Lexical tokens of one document. */
  readonly maxTokens: number;
  /** Nesting of brackets in one document. */
  readonly maxDepth: number;
  /** Fields of one operation once its fragments are written out. */
  readonly maxFields: number;
  /** Fields of an operation's uppermost level, likewise. */
  readonly maxRootFields: number;
  /** Fields with an alias, likewise. */
  readonly maxAliases: number;
  /** Directives, likewise. */
  readonly maxDirectives: number;
  /** What an operation may cost by its estimate; see README, "What an operation may cost". Infinity: nothing is too much. */
  readonly maxCost: number;
  /** Of one result, over whichever transport; above it RESPONSE_TOO_LARGE in place of the data. */
  readonly maxResponseBytes: number;
  /** Bytes of HTTP responses and of results on sockets that wait for all clients together to read them, subscriptions apart. See README, "Long responses". */
  readonly maxUnreadResponseBytes: number;
  /** How long a client may read nothing of a response that waits for it, in milliseconds; then it is disconnected. */
  readonly unreadResponseTimeoutMs: number;
  /** How many items a list is estimated to have of which no @listSize tells. */
  readonly assumedListSize: number;
  /** Operations open at once on one socket. */
  readonly maxOperationsPerSocket: number;
  /** Sockets open at once of one identity: a token's subject, or the address that anybody else comes from. */
  readonly maxSocketsPerIdentity: number;
  /** Subscriptions open at once of one identity, over whichever transports. */
  readonly maxSubscriptionsPerIdentity: number;
  /** Results that may wait for one client, in bytes and in number; one who is further behind is taken up anew when it reads again. */
  readonly maxBufferedBytes: number;
  readonly maxBufferedMessages: number;
  /** Bytes that may wait for all clients together, shared equally; and once more for what equal subscriptions share. */
  readonly maxBufferedBytesInAll: number;
  /** Documents, with their plans, that are kept ready. */
  readonly cachedDocuments: number;
  /** Characters of text that these documents have together. */
  readonly cachedDocumentCharacters: number;
  /** Plans that are kept ready, of all documents together: one for each set of scopes and of conditions that a document is used with. */
  readonly cachedPlans: number;
  /** Characters that these plans have together. */
  readonly cachedPlanCharacters: number;
  /** How long the making of one plan may take, in milliseconds; meanwhile nothing else is done. Above it OPERATION_TOO_COMPLEX. */
  readonly maxPlanningMs: number;
}

export const defaultLimits: GatewayLimits = {
  ...defaultHttpLimits,
  maxBodyBytes: 1024 * 1024,
  maxSignedBodyBytes: 1024 * 1024,
  maxMessageBytes: 1024 * 1024,
  maxJsonValues: 20_000,
  maxTokens: 10_000,
  maxDepth: 100,
  maxFields: 10_000,
  maxRootFields: 200,
  maxAliases: 1_000,
  maxDirectives: 500,
  maxCost: Infinity,
  maxResponseBytes: 64 * 1024 * 1024,
  maxUnreadResponseBytes: 256 * 1024 * 1024,
  unreadResponseTimeoutMs: 30_000,
  assumedListSize: 10,
  maxOperationsPerSocket: 1_000,
  maxSocketsPerIdentity: 20_000,
  maxSubscriptionsPerIdentity: 20_000,
  maxBufferedBytes: 1024 * 1024,
  maxBufferedMessages: 256,
  maxBufferedBytesInAll: 256 * 1024 * 1024,
  cachedDocuments: 1_000,
  cachedDocumentCharacters: 4 * 1024 * 1024,
  cachedPlans: 5_000,
  cachedPlanCharacters: 16 * 1024 * 1024,
  maxPlanningMs: 1_000,
};

/** The documents that are known beforehand, by their identifiers; see README, "Trusted documents". */
export type TrustedDocumentsConfig = {
  /** Whether all others are refused. Default true. */
  readonly only?: boolean;
  /** How often a file is looked at, in milliseconds. Default 2,000. */
  readonly pollMs?: number;
} & ({
  /** A manifest as Apollo's tools write it, or one object of texts by identifiers; read again when it changes. */
  readonly file: string;
} | {
  readonly documents: ReadonlyMap<string, string>;
});

export interface GatewayConfig {
  /**
   * An SDL, or what gives one now and others later: `watchedFile`, `polledUrl`, `introspection`, `uplink`, or any supergraph manager of
   * @apollo/gateway. A new one is served without a restart; one that is refused changes nothing.
   */
  readonly supergraph: string | SupergraphManager;
  readonly host: string;
  /** 0 takes a free one; see {@link RunningGateway.port}. */
  readonly port: number;
  /** Default `/graphql`. */
  readonly path?: string;
  readonly auth: GatewayAuth;
  /** Without it (and with auth off) subgraphs get no identity. */
  readonly internalIdentity?: InternalIdentityConfig;
  /** Which headers reach subgraphs beside the identity. Default: none. */
  readonly headers?: HeaderRules;
  /** Default true. */
  readonly introspection?: boolean;
  /** Origins whose pages may call the gateway from a browser, as `https://host:port`. Default: Apollo's Explorer only. */
  readonly corsOrigins?: readonly string[];
  /**
   * The names by which clients may call the gateway (the Host header) beside loopback names, `host` and the address at which a connection arrives: `lab.example`,
   * `.lab.example` for all names below it, `*` for all. Others get 421. Default: none if `host` is a loopback address, else all.
   */
  readonly allowedHosts?: readonly string[];
  /**
   * Whether GET requests are refused that a page of any site could make a browser send: those without a content-type, a bearer token or a header that needs a
   * preflight (README, "GraphQL over HTTP"). Default true.
   */
  readonly csrfPrevention?: boolean;
  /** Whether answers of 1 KB and more are compressed for clients that take that. Default true. */
  readonly compression?: boolean;
  /** What clients are told of errors; see README, "What clients are told". */
  readonly errors?: ErrorRules;
  readonly limits?: Partial<GatewayLimits>;
  /** Labels of `@override(from:, label:)` that apply to every operation; see README, "Progressive override". Those of the form `percent(n)` are decided by themselves. */
  readonly overrideLabels?: readonly string[];
  /** Default: no limit. Whoever has no token is known by the address that the connection comes from, which behind a proxy is the proxy's. */
  readonly rateLimit?: RateLimit;
  /** Whether clients may have their documents kept, and ask for them by hash (Apollo's automatic persisted queries). Default true. */
  readonly persistedQueries?: boolean;
  /** Default: none, and every document may be asked for. */
  readonly trustedDocuments?: TrustedDocumentsConfig;
  /** How long a socket may take to send connection_init. Default 3,000 ms. */
  readonly connectionInitTimeoutMs?: number;
  /** How long the gateway tries to take up a resumable subscription that its subgraph lost, before the client is told. Default 30,000 ms. */
  readonly resumeForMs?: number;
  /** Where the built query page lies; without it GET /graphql answers HTML requests with 404. */
  readonly queryPageDirectory?: string;
}

/** What Apollo Server's plugins find in a request's `contextValue`. */
export interface PluginContext {
  readonly caller: Caller;
  /** What the client called its request in x-request-id. */
  readonly requestId?: string;
}

/** Structured logging as pino does it. */
export interface GatewayLogger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface GatewayPorts {
  /** Called once for each subgraph at each address, as long as a supergraph names it there. */
  transport(subgraph: SubgraphAddress): SubgraphTransport;
  readonly logger: GatewayLogger;
  /** Apollo Server's plugins; which of their hooks are called is told in README.md. */
  readonly plugins?: readonly ApolloServerPlugin<PluginContext>[];
  /** Beside GraphQL, under the same rules for web pages (`corsOrigins`): the gateway answers preflights and refuses what other pages send. */
  readonly routes?: readonly HttpRoute[];
  /** What the gateway stands on beside its subgraphs, of which it has to reach one: false makes GET /health/ready answer 503. Default: nothing. */
  ready?(): Promise<Readiness>;
  /**
   * Whether a token counts no more, though its signature and its time would still do. Asked with a verified token's claims by every
   * request and every connection_init, so it should answer from memory; while it fails, nobody with a token is let in. Sockets and streams that are
   * already open are ended by {@link RunningGateway.endSessions}, after this has begun to answer true. Default: none is.
   */
  isRevoked?(claims: JWTPayload): boolean | Promise<boolean>;
  /**
   * Returns which labels of `@override(from:, label:)` apply to this caller's operation, beside {@link GatewayConfig.overrideLabels}. `labels`: all of the supergraph that are no
   * `percent(n)`. Called for each operation while there are any, so it should answer from memory; what it throws fails the operation.
   */
  overrideLabels?(labels: readonly string[], caller: Caller): Iterable<string>;
  /** Milliseconds since 1970. Default Date.now. */
  now?(): number;
}

export interface RunningGateway {
  /** Of the GraphQL endpoint: `http://host:port/graphql`. */
  readonly url: string;
  readonly port: number;
  /**
   * Ends at once every socket and stream whose caller's token has such claims (close code 4403), and believes none of these tokens any longer without
   * judging them anew. Returns how many sessions were ended. Unless {@link GatewayPorts.isRevoked} says otherwise they may come back.
   */
  endSessions(matches: (claims: JWTPayload) => boolean): number;
  /**
   * Takes no new connection and no new operation, lets requests in flight finish for up to `graceMs` (default 10,000), closes
   * sockets with 1001 after their queries and mutations, and stops the transports. Safe to call twice.
   */
  stop(options?: { readonly graceMs?: number }): Promise<void>;
}
