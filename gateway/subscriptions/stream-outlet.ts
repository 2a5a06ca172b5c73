import type { ServerResponse } from 'node:http';
import type { GraphQLError } from 'graphql';
import type { Delivery } from './delivery';
import { copiedBytes } from './frame';
import type { Outlet } from './outlet';
import type { StreamFormat } from './stream-format';

/** One subscription, or one answer, as the parts of an HTTP response. */
export class StreamOutlet implements Outlet {
  private readonly beating: NodeJS.Timeout;

  constructor(private readonly response: ServerResponse, private readonly format: StreamFormat, private readonly maxBufferedBytes: number) {
    response.writeHead(200, { 'content-type': format.contentType, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', 'x-accel-buffering': 'no' });
    response.write(format.opening);
    this.beating = setInterval(() => this.beat(), format.heartbeatMs).unref();
    response.once('close', () => clearInterval(this.beating));
  }

  next(delivery: Delivery): boolean {
    const { response } = this;
    const [before, after] = this.format.around(delivery);
    if (delivery.bytes.length < copiedBytes) {
      response.write(before + delivery.text + after);
    } else {
      response.cork();
      response.write(before);
      response.write(delivery.bytes);
      response.write(after);
      response.uncork();
    }
    return !(response.writableNeedDrain && response.writableLength > this.maxBufferedBytes);
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
    if (!this.response.writableEnded) this.response.end(text);
  }

  private beat(): void {
    // Whoever does not read needs no sign of life.
    if (!this.response.writableNeedDrain) this.response.write(this.format.heartbeat);
  }
}
