import { closeSocket } from '@test-planning/kernel/http';
import { CloseCode } from 'graphql-ws';
import type { WebSocket } from 'ws';
import { anonymous } from '../security/caller';
import type { Caller } from '../security/caller';
import { atInstant } from './deadline';

/** One client's socket: who is behind it, and what is still to be answered before it may be closed. */
export class ClientSocket {
  caller: Caller = anonymous;
  private busy = 0;
  private whenIdle: (() => void) | undefined;
  private cancelExpiry: (() => void) | undefined;

  constructor(private readonly socket: WebSocket, private readonly now: () => number) {
    socket.once('close', () => {
      this.cancelExpiry?.();
      this.whenIdle?.();
    });
  }

  /** From now on operations are this caller's; the socket closes with 4403 when the caller's token ends. */
  identify(caller: Caller): void {
    this.caller = caller;
    if (caller.kind !== 'identified' || this.socket.readyState !== this.socket.OPEN) return;
    this.cancelExpiry = atInstant(caller.expiresAt, this.now, () => this.close(CloseCode.Forbidden, 'Forbidden: The token has expired'));
  }

  close(code: number, reason: string): void {
    closeSocket(this.socket, code, reason);
  }

  /** Keeps the socket open while a query or a mutation is executed. */
  async whileBusy<Result>(work: () => Promise<Result>): Promise<Result> {
    this.busy += 1;
    try {
      return await work();
    } finally {
      this.busy -= 1;
      // The answer is sent in the same turn; only then may the socket go.
      if (this.busy === 0) setImmediate(() => this.busy === 0 && this.whenIdle?.());
    }
  }

  /** Resolves when no query or mutation is being executed. */
  idle(): Promise<void> {
    if (this.busy === 0 || this.socket.readyState === this.socket.CLOSED) return Promise.resolve();
    return new Promise((resolve) => { this.whenIdle = resolve; });
  }
}
