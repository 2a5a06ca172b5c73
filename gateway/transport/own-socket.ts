import { ResultStream } from './result-stream';
import { SubgraphUnreachable } from './subgraph-transport';
import type { SubgraphRequest } from './subgraph-transport';
import { UpstreamConnection } from './upstream-connection';

/** Events taken off the socket before anybody read them; above it the socket is not read. */
const maxQueuedEvents = 32;
const maxQueuedBytes = 4 * 1024 * 1024;

interface OwnSocketParts {
  readonly subgraph: string;
  readonly address: URL;
  /** Of one message; a longer one breaks the socket. */
  readonly maxMessageBytes: number;
}

/**
 * A subscription over a socket of its own, for subgraphs that want the identity in connection_init. It can be paused without holding up anybody
 * else's events.
 */
export function subscribeOverOwnSocket(
  { subgraph, address, maxMessageBytes }: OwnSocketParts, { operation: { query, operationName }, variables, headers }: SubgraphRequest, onEnd: () => void,
): ResultStream {
  const connection = new UpstreamConnection({ address, maxMessageBytes, parameters: headers });
  const stream: ResultStream = new ResultStream({
    onPull: () => {
      if (stream.queued < maxQueuedEvents / 2 && stream.queuedBytes < maxQueuedBytes / 2) connection.resume();
    },
    onReturn: () => {
      unsubscribe();
      leave();
    },
  });
  const unsubscribe = connection.subscribe({ query, operationName: operationName ?? null, variables: variables ?? {} }, {
    next: (result, bytes) => {
      stream.push(result, bytes);
      if (stream.queued >= maxQueuedEvents || stream.queuedBytes >= maxQueuedBytes) connection.pause();
    },
    position: (cursor) => stream.push({ position: cursor }),
    error: (refusal) => {
      stream.push(refusal);
      stream.end();
      leave();
    },
    complete: () => {
      stream.end();
      leave();
    },
    lost: (reason) => {
      stream.fail(new SubgraphUnreachable(subgraph, reason));
      leave();
    },
  });

  function leave(): void {
    onEnd();
    connection.close();
  }
  return stream;
}
