import { MessageType } from 'graphql-ws';
import type { WebSocket } from 'ws';
import type { TellPosition } from '../context';
import type { SocketPace } from './socket-pace';

/** Positions in one message: at some 250 bytes each it stays far below what peers take at once. */
const positionsPerMessage = 500;

/** The positions of one subscription. */
export interface SubscriptionPositions {
  readonly tell: TellPosition;
  /** Whether it ever did: then the peer knows a place to go on from. */
  readonly hasTold: boolean;
  /** Sends what was told before. To be called before an event or the end of the subscription is sent. */
  sendFirst(): void;
  /** From now on its id may be another's: what it tells is heard no more. */
  close(): void;
}

/**
 * The places that the subscriptions on one socket have come to without events, on their way to the peer: `{"positions":{"<id>":"<cursor>"}}` as the payload of a
 * ping. Those that are told together travel together, and of one subscription only the last.
 */
export class ToldPositions {
  private waiting = new Map<string, string>();
  private phase: 'idle' | 'sending' = 'idle';

  constructor(
    private readonly socket: Pick<WebSocket, 'readyState' | 'OPEN' | 'send'>,
    private readonly pace: Pick<SocketPace, 'free' | 'sent'>,
  ) {}

  /** `isWanted`: the peer asked for positions in connection_init. Nothing is told otherwise: some clients take a ping with a payload for an error. */
  of(id: string, isWanted: boolean): SubscriptionPositions {
    let isOpen = isWanted;
    let hasTold = false;
    return {
      tell: (cursor) => {
        if (!isOpen) return;
        hasTold = true;
        this.tell(id, cursor);
      },
      get hasTold() {
        return hasTold;
      },
      sendFirst: () => {
        if (this.waiting.has(id)) this.send();
      },
      close: () => {
        if (isOpen) this.waiting.delete(id);
        isOpen = false;
      },
    };
  }

  private tell(id: string, cursor: string): void {
    this.waiting.set(id, cursor);
    if (this.phase === 'sending') return;
    this.phase = 'sending';
    // Behind all that the others tell in this turn of the event loop, and not before the peer has read what it was sent.
    setImmediate(() => void this.pace.free().then(() => {
      this.phase = 'idle';
      this.send();
    }));
  }

  private send(): void {
    const told = [...this.waiting];
    this.waiting = new Map();
    for (let from = 0; from < told.length && this.socket.readyState === this.socket.OPEN; from += positionsPerMessage) {
      const positions = Object.fromEntries(told.slice(from, from + positionsPerMessage));
      this.socket.send(JSON.stringify({ type: MessageType.Ping, payload: { positions } }), () => this.pace.sent());
    }
  }
}
