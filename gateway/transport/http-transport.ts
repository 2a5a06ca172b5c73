import { GraphQLError } from 'graphql';
import type { GraphQLFormattedError } from 'graphql';
import { createClient } from 'graphql-ws';
import { Pool } from 'undici';
import { WebSocket } from 'ws';
import { ResultStream } from './result-stream';
import { SubgraphUnreachable } from './subgraph-transport';
import type { SubgraphAddress, SubgraphRequest, SubgraphResult, SubgraphTransport } from './subgraph-transport';

export interface HttpTransportOptions {
  /** Connections kept open to the subgraph. Default 64. */
  readonly connections?: number;
  /** How long the subgraph may take to begin answering. Default 30,000 ms. */
  readonly timeoutMs?: number;
}

const maxResponseBytes = 64 * 1024 * 1024;
/** Events taken off a subscription's socket before anybody read them; above it the socket is not read. */
const maxQueuedEvents = 32;

/** Calls a subgraph over HTTP with keep-alive, and subscribes over graphql-ws at the same address with the scheme ws or wss. */
export function httpTransport(subgraph: SubgraphAddress, options: HttpTransportOptions = {}): SubgraphTransport {
  const address = new URL(subgraph.url);
  const timeoutMs = options.timeoutMs ?? 30_000;
  const pool = new Pool(address.origin, {
    connections: options.connections ?? 64,
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    connect: { timeout: Math.min(timeoutMs, 5_000) },
    maxResponseSize: maxResponseBytes,
  });
  const open = new Set<ResultStream>();

  return {
    async execute(request) {
      try {
        const response = await pool.request({
          method: 'POST',
          path: address.pathname + address.search,
          headers: { ...request.headers, 'content-type': 'application/json', accept: 'application/json' },
          body: bodyOf(request),
          signal: request.signal,
        });
        const result: unknown = await response.body.json();
        if (isResult(result)) return result;
        throw new Error(`status ${response.statusCode}, and no GraphQL result`);
      } catch (error) {
        throw new SubgraphUnreachable(subgraph.name, error);
      }
    },

    subscribe(request) {
      const stream = subscribeOverSocket(subgraph, address, request, () => open.delete(stream));
      open.add(stream);
      return stream;
    },

    async stop() {
      await Promise.all([...open].map((stream) => stream.return()));
      await pool.destroy();
    },
  };
}

/** One socket per subscription: it carries one identity, and can be paused without holding up anybody else's events. */
function subscribeOverSocket(subgraph: SubgraphAddress, address: URL, request: SubgraphRequest, onEnd: () => void): ResultStream {
  const url = new URL(address);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  let socket: WebSocket | undefined;
  const stream = new ResultStream({
    onPull: (queued) => {
      if (queued < maxQueuedEvents / 2 && socket?.isPaused) socket.resume();
    },
    onReturn: () => leave(),
  });
  const client = createClient({
    url: url.href,
    webSocketImpl: WebSocket,
    connectionParams: { ...request.headers },
    retryAttempts: 0,
    onNonLazyError: (error) => stream.fail(new SubgraphUnreachable(subgraph.name, error)),
    on: { opened: (opened) => { socket = opened as WebSocket; } },
  });
  const unsubscribe = client.subscribe<Record<string, unknown>>(
    { query: request.query, operationName: request.operationName ?? null, variables: request.variables ?? {} },
    {
      next: (result) => {
        stream.push(result as SubgraphResult);
        if (stream.queued >= maxQueuedEvents) socket?.pause();
      },
      error: (error) => {
        if (isErrorList(error)) {
          stream.push({ errors: error.map(asGraphQLError) });
          stream.end();
        } else {
          stream.fail(new SubgraphUnreachable(subgraph.name, error));
        }
        leave();
      },
      complete: () => {
        stream.end();
        leave();
      },
    },
  );

  function leave(): void {
    onEnd();
    // A paused socket would never read the answer to its closing.
    if (socket?.isPaused) socket.resume();
    unsubscribe();
    void client.dispose();
  }

  if (request.signal?.aborted) void stream.return();
  else request.signal?.addEventListener('abort', () => void stream.return(), { once: true });
  return stream;
}

function bodyOf({ query, operationName, variables }: SubgraphRequest): string {
  return JSON.stringify({ query, operationName, variables });
}

function isResult(value: unknown): value is SubgraphResult {
  return typeof value === 'object' && value !== null && ('data' in value || ('errors' in value && isErrorList(value.errors)));
}

function isErrorList(value: unknown): value is readonly GraphQLFormattedError[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'object' && item !== null && 'message' in item);
}

function asGraphQLError({ message, path, extensions }: GraphQLFormattedError): GraphQLError {
  return new GraphQLError(message, { path, extensions });
}
