import { OperationTypeNode } from 'graphql';
import type { GatewayLogger } from '../config';
import { Cancellation, unlessAborted } from './cancellation';
import { Endpoint } from './endpoint';
import { subscribeOverEventStream } from './event-stream-subscription';
import { news } from './news';
import { Questions } from './questions';
import type { Question } from './questions';
import { RequestText, variablesText } from './request-text';
import type { TextResult } from './result-answer';
import type { ResultStream } from './result-stream';
import { Rotation } from './rotation';
import { sentHeaders } from './sent-headers';
import { CarriedSubscription } from './carried-subscription';
import { SubgraphSocket } from './subgraph-socket';
import { SubgraphSockets } from './subgraph-sockets';
import { SingleFlight } from './single-flight';
import type { Flights } from './single-flight';
import { SubgraphUnreachable } from './subgraph-transport';
import type { Reach, SubgraphAddress, SubgraphOperation, SubgraphRequest, SubgraphResult, SubgraphTransport } from './subgraph-transport';

export interface HttpTransportOptions {
  /** Where the subgraph is, if not where the supergraph says. Several addresses are several instances of it. */
  readonly urls?: readonly string[] | undefined;
  /** Where it takes mutations, if that is elsewhere. */
  readonly mutationUrls?: readonly string[] | undefined;
  /** Where it takes subscriptions, if that is elsewhere; `ws:` and `wss:` stand for `http:` and `https:`. */
  readonly subscriptionUrls?: readonly string[] | undefined;
  /** Connections kept open to each address. Default 64. */
  readonly connections?: number;
  /** How long the subgraph may take until its answer is there, whatever is tried meanwhile; and to begin a subscription. Default 30,000 ms. */
  readonly timeoutMs?: number | undefined;
  /** How often a query is asked again at most, when a connection broke or was refused, or the answer is 502, 503 or 504 without a result. Never a mutation. Default 2. */
  readonly retries?: number;
  /** Identical queries share a request that is not older than this; 0 for never. Default 20 ms. */
  readonly singleFlightMs?: number;
  /** Name operations by their SHA-256, as Apollo's automatic persisted queries do. Default false. */
  readonly persistedQueries?: boolean;
  /** Send longer requests compressed by gzip. Default: none. */
  readonly compressAboveBytes?: number | undefined;
  /** Of one answer, compressed and not, and of one event; above it the connection is cut. Default 64 MiB. */
  readonly maxResponseBytes?: number;
  /**
   * How subscriptions travel. `shared`, the default: resumable ones over one socket, others over up to `maxOwnSockets`, the headers of each in its
   * `extensions.headers`. `per subscription`: each over a socket of its own, the headers in its connection_init, for subgraphs that look for them there.
   * `event stream`: each over server-sent events.
   */
  readonly subscriptions?: 'shared' | 'per subscription' | 'event stream';
  /** Of one subscription, taken in before they are read; above it the gateway stops reading from the socket. An event counts 100 bytes more than it has. Default 4 MiB. */
  readonly maxQueuedBytes?: number;
  /** To each address, beside the two that are shared: one each for subscriptions that can't be resumed, that are slow, or that had a socket closed. Default 100. */
  readonly maxOwnSockets?: number;
  /** How long one slow subscription may hold up the others on a socket, altogether. It is ended then. Default 5,000 ms. */
  readonly holdUpMs?: number;
  /** Told when an address no longer answers, and when it does again. */
  readonly logger?: GatewayLogger;
}

/** What is kept for an operation. */
interface Prepared {
  readonly text: RequestText;
  readonly flights: Flights;
}

const mebibyte = 1024 * 1024;
const silent: GatewayLogger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/**
 * Calls a subgraph over HTTP with keep-alive, and subscribes over graphql-transport-ws at the same address with the scheme ws or wss, or over server-sent events. Several
 * addresses are taken in turn; one that refuses connections is left alone for a moment.
 * @throws {TypeError} for an address that is no URL.
 */
export function httpTransport(subgraph: SubgraphAddress, options: HttpTransportOptions = {}): SubgraphTransport {
  const { connections = 64, timeoutMs = 30_000, retries = 2, singleFlightMs = 20, persistedQueries = false, subscriptions = 'shared', logger = silent } = options;
  const { maxQueuedBytes = 4 * mebibyte, maxOwnSockets = 100, holdUpMs = 5_000, maxResponseBytes = 64 * mebibyte, compressAboveBytes } = options;
  const { name } = subgraph;
  const { urls = [subgraph.url], mutationUrls = urls, subscriptionUrls } = options;
  for (const url of [...urls, ...mutationUrls, ...(subscriptionUrls ?? [])]) if (!URL.canParse(url)) throw new TypeError(`"${url}" is no usable address of the subgraph "${name}"`);
  const ofEach = { subgraph: name, connections, connectWithinMs: Math.min(timeoutMs, 5_000), maxResponseBytes, compressAboveBytes, logger, probes: true };
  const endpoints = new Map([...new Set([...urls, ...mutationUrls])].map((url) => [url, new Endpoint(url, ofEach)]));
  const those = (wanted: readonly string[]): Endpoint[] => [...endpoints].flatMap(([url, endpoint]) => (wanted.includes(url) ? [endpoint] : []));
  const forQueries = new Rotation(those(urls));
  const forMutations = new Rotation(those(mutationUrls));
  const subscriptionEndpoints = (subscriptionUrls ?? []).map((url) => new Endpoint(url.replace(/^ws/i, 'http'), { ...ofEach, probes: false }));
  const forSubscriptions = subscriptionUrls ? new Rotation(subscriptionEndpoints) : forQueries;
  const questions = new Questions({ timeoutMs, retries, persistedQueries });
  const singleFlight = new SingleFlight(singleFlightMs);
  const known = new WeakMap<SubgraphOperation, Prepared>();
  const shared = new Map<Endpoint, SubgraphSockets>();
  const own = new Set<ResultStream>();

  function preparedFor(operation: SubgraphOperation): Prepared {
    let prepared = known.get(operation);
    if (!prepared) known.set(operation, prepared = { text: new RequestText(operation), flights: new Map() });
    return prepared;
  }

  async function execute({ operation, variables, headers, signal }: SubgraphRequest): Promise<SubgraphResult> {
    const { text, flights } = preparedFor(operation);
    const sent = sentHeaders(headers);
    const question: Question = { text, variables: variablesText(variables), headers: sent.list, mayBeRepeated: operation.kind === OperationTypeNode.QUERY };
    if (operation.kind !== OperationTypeNode.QUERY) {
      try {
        return (await alone(forMutations, question, signal)).result;
      } finally {
        news.heard();
      }
    }
    if (singleFlightMs === 0) return (await alone(forQueries, question, signal)).result;
    return singleFlight.ask({ flights, variables: question.variables, headers: sent.key, signal }, (cancellation) => questions.ask(forQueries, { ...question, cancellation }));
  }

  function alone(endpoints: Rotation<Endpoint>, question: Question, signal: AbortSignal | undefined): Promise<TextResult> {
    if (!signal) return questions.ask(endpoints, question);
    const cancellation = new Cancellation();
    if (signal.aborted) cancellation.cancel();
    return unlessAborted(questions.ask(endpoints, { ...question, cancellation }), signal, () => cancellation.cancel());
  }

  function socketsTo(endpoint: Endpoint): SubgraphSockets {
    let sockets = shared.get(endpoint);
    if (!sockets) {
      sockets = new SubgraphSockets({
        subgraph: name, address: endpoint.address, maxQueuedBytes, maxMessageBytes: maxResponseBytes, maxOwnSockets, holdUpMs, logger,
        onOpen: () => endpoint.answered(),
        onLost: (reason) => endpoint.failed(reason),
      });
      shared.set(endpoint, sockets);
    }
    return sockets;
  }

  function overOwnSocket(endpoint: Endpoint, request: SubgraphRequest, onEnd: () => void): ResultStream {
    const subscription = new CarriedSubscription(name, request, onEnd);
    new SubgraphSocket({
      address: endpoint.address, maxQueuedBytes, maxMessageBytes: maxResponseBytes, holdUpMs, idleMs: 0, parameters: request.headers,
      onReady: () => endpoint.answered(),
      onLost: (reason) => subscription.lost(reason),
      onSlow: () => undefined,
      onEmpty: () => undefined,
    }).carry(subscription);
    return subscription.stream;
  }

  function subscribeAt(endpoint: Endpoint, request: SubgraphRequest, onEnd: () => void): ResultStream {
    if (subscriptions === 'shared') return socketsTo(endpoint).subscribe(request, onEnd);
    // It may end as soon as it begins.
    const over = Promise.withResolvers<undefined>();
    const onOver = (): void => {
      over.resolve(undefined);
      onEnd();
    };
    const stream = subscriptions === 'event stream'
      ? subscribeOverEventStream({ subgraph: name, endpoint, timeoutMs, maxEventBytes: maxResponseBytes }, request, onOver)
      : overOwnSocket(endpoint, request, onOver);
    own.add(stream);
    void over.promise.then(() => own.delete(stream));
    return stream;
  }

  return {
    async execute(request) {
      try {
        return await execute(request);
      } catch (error) {
        throw new SubgraphUnreachable(name, error);
      }
    },

    subscribe(request) {
      const endpoint = forSubscriptions.next();
      if (!endpoint) throw new SubgraphUnreachable(name, 'no address');
      const { signal } = request;
      let isOver = false;
      const leave = (): void => void stream.return();
      const stream: ResultStream = subscribeAt(endpoint, request, () => {
        isOver = true;
        signal?.removeEventListener('abort', leave);
      });
      if (signal?.aborted) leave();
      // It may be over already, and the signal lives longer.
      else if (!isOver) signal?.addEventListener('abort', leave, { once: true });
      return stream;
    },

    reach: () => reachOf(forQueries.items),

    async stop() {
      await Promise.all([...own].map((stream) => stream.return()));
      await Promise.all([...shared.values()].map((socket) => socket.stop()));
      await Promise.all([...endpoints.values(), ...subscriptionEndpoints].map((endpoint) => endpoint.stop()));
    },
  };
}

/** One that answers is enough. */
function reachOf(endpoints: readonly Endpoint[]): Reach {
  const states = endpoints.map(({ reach }) => reach);
  const reached = states.find(({ kind }) => kind === 'reached');
  return reached ?? states.find(({ kind }) => kind === 'unknown') ?? states[0] ?? { kind: 'unknown' };
}
