import type { WebSocket } from 'ws';

/**
 * Holds back everything on one socket while its peer reads more slowly than it is written to: what waits to be sent stays within the bound,
 * but for the one event that each subscription may have in hand already.
 */
export class SocketPace {
  private waiting: (() => void)[] = [];

  constructor(private readonly socket: Pick<WebSocket, 'bufferedAmount' | 'once'>, private readonly maxBufferedBytes: number) {
    socket.once('close', () => this.release());
  }

  /** Resolves when another event may be taken for the socket, or the socket is closed. */
  async free(): Promise<void> {
    if (this.socket.bufferedAmount > this.maxBufferedBytes) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  /** To be called whenever something has left the process. */
  sent(): void {
    // Only well below the bound, or each message that leaves would let in the next.
    if (this.waiting.length > 0 && this.socket.bufferedAmount <= this.maxBufferedBytes / 2) this.release();
  }

  private release(): void {
    const released = this.waiting;
    this.waiting = [];
    for (const go of released) go();
  }
}
