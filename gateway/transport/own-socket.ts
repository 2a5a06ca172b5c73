import { refusal } from './results';
import { ResultStream } from './result-stream';
import { SubgraphUnreachable } from './subgraph-transport';
import type { SubgraphRequest } from './subgraph-transport';
import { UpstreamConnection } from './upstream-connection';

/** Events taken off the socket before anybody read them; above it the socket is not read. */
const maxQueuedEvents = 32;

/**
 * A subscription over a socket of its own, for subgraphs that want the identity in connection_init. It can be paused without holding up anybody
 * else's events.
 */
export function subscribeOverOwnSocket(subgraph: string, address: URL, { operation: { query, operationName }, variables, headers }: SubgraphRequest, onEnd: () => void): ResultStream {
  const connection = new UpstreamConnection({ address, parameters: headers });
  const stream = new ResultStream({
    onPull: (queued) => {
      if (queued < maxQueuedEvents / 2) connection.resume();
    },
    onReturn: () => {
      unsubscribe();
      leave();
    },
  });
  const unsubscribe = connection.subscribe({ query, operationName: operationName ?? null, variables: variables ?? {} }, {
    next: (result) => {
      stream.push(result);
      if (stream.queued >= maxQueuedEvents) connection.pause();
    },
    error: (errors) => {
      stream.push(refusal(errors));
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
