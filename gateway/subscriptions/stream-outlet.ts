import type { ServerResponse } from 'node:http';
import type { GraphQLError } from 'graphql';
import { longFrom, tooManyUnread } from '../http/unread-responses';
import type { UnreadResponses } from '../http/unread-responses';
import { writeInParts } from '../http/write-in-parts';
import type { ClientBuffers } from './client-buffers';
import type { Delivery } from './delivery';
import { copiedBytes } from './frame';
import { patienceMs } from './outlet';
import type { Outlet } from './outlet';
import type { StreamFormat } from './stream-format';

/** One subscription, or one answer, as the parts of an HTTP response. */
export class StreamOutlet implements Outlet {
  private readonly beating: NodeJS.Timeout;
  /** Heartbeats that it had no room for. */
  private missed = 0;
  /** Results that nobody has read yet, as far as that is known. */
  private waiting = 0;
  private isOver = false;
  private onOver: (() => void) | undefined;

  constructor(private readonly response: ServerResponse, private readonly format: StreamFormat, private readonly buffers: ClientBuffers) {
    response.writeHead(200, { 'content-type': format.contentType, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', 'x-accel-buffering': 'no' });
    response.write(format.opening);
    this.beating = setInterval(() => this.beat(), format.heartbeatMs).unref();
    response.on('drain', () => {
      this.missed = 0;
      this.waiting = 0;
    });
    response.once('close', () => {
      clearInterval(this.beating);
      this.over();
    });
  }

  /** Calls `onOver` once, when its end is written or its client has left, which may be now. */
  whenOver(onOver: () => void): void {
    if (this.isOver) onOver();
    else this.onOver = onOver;
  }

  next(delivery: Delivery): boolean {
    const { response } = this;
    const [before, after] = this.format.around(delivery);
    if (delivery.size < copiedBytes) {
      response.write(before + delivery.text + after);
    } else {
      response.cork();
      response.write(before);
      response.write(delivery.bytes);
      response.write(after);
      response.uncork();
    }
    const { writableNeedDrain, writableLength } = response;
    this.waiting = writableLength === 0 ? 0 : this.waiting + 1;
    return !(writableNeedDrain && (writableLength > this.buffers.maxBytes || this.waiting > this.buffers.maxMessages));
  }

  /** Writes the one result of an operation that is no subscription, and the end. Resolves when the client has read all but the last part, or has left. */
  async answer(delivery: Delivery, responses: UnreadResponses): Promise<void> {
    if (this.isOver) return;
    if (delivery.size <= longFrom) {
      this.next(delivery);
      return this.complete();
    }
    const unread = responses.hold(delivery.size, () => this.response.destroy());
    if (!unread) return this.error([tooManyUnread()]);
    // From here on nothing else is written between its parts.
    this.over();
    clearInterval(this.beating);
    const [before, after] = this.format.around(delivery);
    try {
      this.response.write(before);
      await writeInParts(this.response, delivery.text, unread);
      this.response.end(after + this.format.ending(undefined));
    } finally {
      unread.release();
    }
  }

  position(cursor: string): void {
    const text = this.format.position(cursor);
    if (text !== '') this.response.write(text);
  }

  error(errors: readonly GraphQLError[]): void {
    this.end(this.format.ending(errors));
  }

  complete(): void {
    this.end(this.format.ending(undefined));
  }

  farewell(comeBackMs: number): void {
    this.end(this.format.farewell(comeBackMs));
  }

  private end(text: string): void {
    if (this.isOver) return;
    this.response.end(text);
    this.over();
  }

  /** Nothing may be written any more, though its client may still have to read. */
  private over(): void {
    this.isOver = true;
    this.onOver?.();
    this.onOver = undefined;
  }

  private beat(): void {
    if (!this.isOver && !this.response.writableNeedDrain) {
      this.response.write(this.format.heartbeat);
      return;
    }
    // Whoever does not read needs no sign of life, but is not kept for ever.
    this.missed += 1;
    if (this.missed * this.format.heartbeatMs >= patienceMs) this.response.destroy();
  }
}
