import { ResultStream } from './result-stream';
import { ReaderTooSlow, SubgraphUnreachable } from './subgraph-transport';
import type { SubgraphRequest } from './subgraph-transport';
import { UpstreamConnection } from './upstream-connection';

interface SharedSocketParts {
  readonly subgraph: string;
  readonly address: URL;
  /** Events of one subscription that nobody has read yet; one more ends it. */
  readonly maxQueuedEvents: number;
  /** The same in bytes. */
  readonly maxQueuedBytes: number;
  /** Of one message; a longer one breaks the socket. */
  readonly maxMessageBytes: number;
  onOpen(): void;
  /** It could not be opened, or it broke while subscriptions were open. */
  onLost(reason: Error): void;
}

/** How long a socket without subscriptions is kept, in milliseconds. */
const idleMs = 10_000;

/**
 * All subscriptions to one address, over one socket. It is opened for the first, and again for the next one after it broke; those that were open
 * then have failed. Who asks stands in each operation's `extensions.headers`. No subscription waits for another: the socket is always read, and
 * one whose reader does not follow is ended.
 */
export class SharedSocket {
  private connection: UpstreamConnection | undefined;
  private idling: NodeJS.Timeout | undefined;
  private readonly open = new Set<ResultStream>();

  constructor(private readonly parts: SharedSocketParts) {}

  /** `onEnd` is called once, however it ends. */
  subscribe({ operation: { query, operationName }, variables, headers }: SubgraphRequest, onEnd: () => void): ResultStream {
    const { subgraph, maxQueuedEvents, maxQueuedBytes } = this.parts;
    const connection = this.connected();
    const stream = new ResultStream({ onReturn: () => leave() });
    const left = (): void => {
      this.open.delete(stream);
      onEnd();
      this.closeWhenIdle(connection);
    };
    const leave = (): void => {
      unsubscribe();
      left();
    };
    this.open.add(stream);
    const unsubscribe = connection.subscribe({ query, operationName: operationName ?? null, variables: variables ?? {}, extensions: { headers } }, {
      next: (result, bytes) => {
        // One event is always taken in, however long it is.
        const hasRoom = stream.queued === 0 || (stream.queued < maxQueuedEvents && stream.queuedBytes + bytes <= maxQueuedBytes);
        if (hasRoom) return stream.push(result, bytes);
        stream.fail(new ReaderTooSlow(subgraph));
        leave();
      },
      position: (cursor) => stream.push({ position: cursor }),
      error: (refusal) => {
        stream.push(refusal);
        stream.end();
        left();
      },
      complete: () => {
        stream.end();
        left();
      },
      lost: (reason) => {
        stream.fail(new SubgraphUnreachable(subgraph, reason));
        left();
      },
    });
    return stream;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.open].map((stream) => stream.return()));
    clearTimeout(this.idling);
    this.connection?.close();
  }

  private connected(): UpstreamConnection {
    clearTimeout(this.idling);
    if (this.connection?.isOpen) return this.connection;
    const connection = new UpstreamConnection({
      address: this.parts.address,
      maxMessageBytes: this.parts.maxMessageBytes,
      onReady: () => this.parts.onOpen(),
      onClosed: (reason) => {
        if (connection.carried > 0) this.parts.onLost(reason);
      },
    });
    this.connection = connection;
    return connection;
  }

  private closeWhenIdle(connection: UpstreamConnection): void {
    if (connection !== this.connection || connection.carried > 0) return;
    clearTimeout(this.idling);
    this.idling = setTimeout(() => connection.close(), idleMs).unref();
  }
}
