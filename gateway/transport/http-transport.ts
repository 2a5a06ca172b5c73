import { OperationTypeNode } from 'graphql';
import type { GatewayLogger } from '../config';
import { Endpoint, wasNotSent } from './endpoint';
import { subscribeOverOwnSocket } from './own-socket';
import type { ResultStream } from './result-stream';
import { Rotation } from './rotation';
import { SharedSocket } from './shared-socket';
import { SubgraphUnreachable } from './subgraph-transport';
import type { Reach, SubgraphAddress, SubgraphRequest, SubgraphTransport } from './subgraph-transport';

export interface HttpTransportOptions {
  /** Where the subgraph is, if not where the supergraph says. Several addresses are several instances of it. */
  readonly urls?: readonly string[] | undefined;
  /** Where it takes mutations, if that is elsewhere. */
  readonly mutationUrls?: readonly string[] | undefined;
  /** Connections kept open to each address. Default 64. */
  readonly connections?: number;
  /** How long the subgraph may take to begin answering. Default 30,000 ms. */
  readonly timeoutMs?: number;
  /**
   * How subscriptions travel. `shared`, the default: all over one socket, the headers of each in its `extensions.headers`. `per subscription`: each over
   * a socket of its own, the headers in its connection_init, for subgraphs that look for them there.
   */
  readonly sockets?: 'shared' | 'per subscription';
  /** Over a shared socket: events of one subscription that are taken in before they are read; one more ends it. Default 100. */
  readonly maxQueuedEvents?: number;
  /** The same in bytes; the first is taken in however long it is. Default 4 MiB. */
  readonly maxQueuedBytes?: number;
  /** Of one answer, and of one event; above it the connection is cut. Default 64 MiB. */
  readonly maxResponseBytes?: number;
  /** Told when an address no longer answers, and when it does again. */
  readonly logger?: GatewayLogger;
}

const mebibyte = 1024 * 1024;
const silent: GatewayLogger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/**
 * Calls a subgraph over HTTP with keep-alive, and subscribes over graphql-transport-ws at the same address with the scheme ws or wss. Several addresses
 * are taken in turn; one that refuses connections is left alone for a moment.
 * @throws {TypeError} for an address that is no URL.
 */
export function httpTransport(subgraph: SubgraphAddress, options: HttpTransportOptions = {}): SubgraphTransport {
  const { connections = 64, timeoutMs = 30_000, sockets = 'shared', maxQueuedEvents = 100, logger = silent } = options;
  const { maxQueuedBytes = 4 * mebibyte, maxResponseBytes = 64 * mebibyte } = options;
  const { name } = subgraph;
  const { urls = [subgraph.url], mutationUrls = urls } = options;
  for (const url of [...urls, ...mutationUrls]) if (!URL.canParse(url)) throw new TypeError(`"${url}" is no usable address of the subgraph "${name}"`);
  const endpoints = new Map([...new Set([...urls, ...mutationUrls])].map((url) => [url, new Endpoint(url, { subgraph: name, connections, timeoutMs, logger })]));
  const those = (wanted: readonly string[]): Endpoint[] => [...endpoints].flatMap(([url, endpoint]) => (wanted.includes(url) ? [endpoint] : []));
  const forQueries = new Rotation(those(urls));
  const forMutations = new Rotation(those(mutationUrls));
  const shared = new Map<Endpoint, SharedSocket>();
  const own = new Set<ResultStream>();

  async function execute(request: SubgraphRequest) {
    const isMutation = request.operation.kind === OperationTypeNode.MUTATION;
    const rotation = isMutation ? forMutations : forQueries;
    const first = rotation.next();
    try {
      return await first?.request(request);
    } catch (error) {
      // What may have been carried out is not sent again, except for what changes nothing; a timeout is not waited for twice.
      const again = wasNotSent(error) || (!isMutation && wasBrokenOff(error));
      if (!again || request.signal?.aborted) throw error;
      return await rotation.next(first)?.request(request);
    }
  }

  function sharedSocketTo(endpoint: Endpoint): SharedSocket {
    let socket = shared.get(endpoint);
    if (!socket) {
      socket = new SharedSocket({
        subgraph: name, address: endpoint.address, maxQueuedEvents, maxQueuedBytes, maxMessageBytes: maxResponseBytes,
        onOpen: () => endpoint.answered(),
        onLost: (reason) => endpoint.failed(reason),
      });
      shared.set(endpoint, socket);
    }
    return socket;
  }

  function subscribeAt(endpoint: Endpoint, request: SubgraphRequest, onEnd: () => void): ResultStream {
    if (sockets === 'shared') return sharedSocketTo(endpoint).subscribe(request, onEnd);
    const stream = subscribeOverOwnSocket({ subgraph: name, address: endpoint.address, maxMessageBytes: maxResponseBytes }, request, () => {
      own.delete(stream);
      onEnd();
    });
    own.add(stream);
    return stream;
  }

  return {
    async execute(request) {
      try {
        const result = await execute(request);
        if (result) return result;
        throw new Error('no address');
      } catch (error) {
        throw new SubgraphUnreachable(name, error);
      }
    },

    subscribe(request) {
      const endpoint = forQueries.next();
      if (!endpoint) throw new SubgraphUnreachable(name, 'no address');
      const ended = new AbortController();
      const stream = subscribeAt(endpoint, request, () => ended.abort());
      if (request.signal?.aborted) void stream.return();
      else request.signal?.addEventListener('abort', () => void stream.return(), { once: true, signal: ended.signal });
      return stream;
    },

    reach: () => reachOf(forQueries.items),

    async stop() {
      await Promise.all([...own].map((stream) => stream.return()));
      await Promise.all([...shared.values()].map((socket) => socket.stop()));
      await Promise.all([...endpoints.values()].map((endpoint) => endpoint.stop()));
    },
  };
}

/** A connection ended under the request, as a kept one may whose server stops. */
function wasBrokenOff(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'EPIPE';
}

/** One that answers is enough. */
function reachOf(endpoints: readonly Endpoint[]): Reach {
  const states = endpoints.map(({ reach }) => reach);
  const reached = states.find(({ kind }) => kind === 'reached');
  return reached ?? states.find(({ kind }) => kind === 'unknown') ?? states[0] ?? { kind: 'unknown' };
}
