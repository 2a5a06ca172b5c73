import type { Duplex } from 'node:stream';
import { closeSocket } from '@test-planning/kernel/http';
import { CloseCode } from 'graphql-ws';
import type { WebSocket } from 'ws';
import type { ClientBuffers } from './client-buffers';
import type { Delivery } from './delivery';
import { frame } from './frame';
import { patienceMs } from './outlet';

const afterPayload = '}';

/** The wire to one client: what is sent, what still waits to be sent, and whether anybody is there. */
export class ClientSocket {
  /** Called when a socket that took no more is empty again. */
  onDrained: (() => void) | undefined;
  private full = false;
  private waiting = 0;
  private wasHeard = true;
  private fullSince = 0;

  /** `stream`: the connection under the socket. */
  constructor(private readonly socket: WebSocket, private readonly stream: Duplex, private readonly buffers: ClientBuffers) {
    stream.on('drain', () => this.drained());
  }

  get isOpen(): boolean {
    return this.socket.readyState === this.socket.OPEN;
  }

  /** It takes no more until it is drained. */
  get isFull(): boolean {
    return this.full;
  }

  /** The client has said something. */
  heard(): void {
    this.wasHeard = true;
  }

  /** `onWritten`: called when the text is handed to the network, or never will be. */
  send(text: string, onWritten?: () => void): void {
    if (!this.isOpen) return onWritten?.();
    this.socket.send(text, onWritten);
    this.bound();
  }

  /** A result that many sockets share; `before` is what comes before it in this one's message, as {@link frame} has it. False when it takes no more until it is drained. */
  deliver(before: string, delivery: Delivery): boolean {
    if (!this.isOpen) return false;
    // Past the library's own sending, which would encode and copy the text for each socket; it writes whole frames at once as well, so that none is torn.
    const parts = frame(before, delivery, afterPayload);
    if (parts.length > 1) this.stream.cork();
    for (const part of parts) this.stream.write(part, 'latin1');
    if (parts.length > 1) this.stream.uncork();
    const { writableLength, writableNeedDrain } = this.stream;
    this.waiting = writableLength === 0 ? 0 : this.waiting + 1;
    // Only a stream that says so tells when it is empty again.
    if (writableNeedDrain && (writableLength > this.buffers.maxBytes || this.waiting > this.buffers.maxMessages)) this.fill();
    return !this.full;
  }

  /** Asks whether the client is still there; ends it if it did not answer the last time. */
  ping(now: number): void {
    if (!this.wasHeard && !(this.full && now - this.fullSince < patienceMs)) return this.socket.terminate();
    this.wasHeard = false;
    if (this.isOpen && !this.full) this.socket.ping();
  }

  close(code: number, reason: string): void {
    // It may have been quiet for the bound's sake, and has to hear the client's own closing.
    this.socket.resume();
    closeSocket(this.socket, code, reason);
  }

  forbid(reason: string): void {
    this.close(CloseCode.Forbidden, `Forbidden: ${reason}`);
  }

  terminate(): void {
    this.socket.terminate();
  }

  /** To be called after each answer: whoever does not read them is not listened to either, or they would pile up. */
  bound(): void {
    const { writableLength, writableNeedDrain } = this.stream;
    if (!writableNeedDrain || writableLength <= this.buffers.maxBytes) return;
    this.fill();
    if (this.isOpen) this.socket.pause();
  }

  private fill(): void {
    if (!this.full) this.fullSince = performance.now();
    this.full = true;
  }

  private drained(): void {
    this.waiting = 0;
    if (!this.full) return;
    this.full = false;
    this.wasHeard = true;
    this.socket.resume();
    this.onDrained?.();
  }
}
