import { once } from 'node:events';
import { eventually } from '@test-planning/kernel/testing';
import { validateMessage } from 'graphql-ws';
import type { Message } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { ClientOptions } from 'ws';

/** A client that says on its socket whatever a test wants, and takes nothing from its server that is no message of graphql-transport-ws. */
export class ProtocolSocket {
  readonly messages: Message[] = [];
  /** What came that a server may not send. */
  readonly wrong: unknown[] = [];
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  private isClosed = false;

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data) => this.take(String(data)));
    // It is told as its closing.
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => {
      socket.once('close', (code, reason) => {
        this.isClosed = true;
        resolve({ code, reason: String(reason) });
      });
    });
  }

  static async open(url: string, { protocols = ['graphql-transport-ws'], ...options }: ClientOptions & { readonly protocols?: string[] } = {}): Promise<ProtocolSocket> {
    const socket = new ProtocolSocket(new WebSocket(url, protocols, options));
    await once(socket.socket, 'open');
    return socket;
  }

  /** One whose connection was acknowledged. */
  static async ready(url: string, payload?: unknown): Promise<ProtocolSocket> {
    const socket = await ProtocolSocket.open(url);
    socket.send({ type: 'connection_init', payload });
    await socket.until(({ type }) => type === 'connection_ack');
    return socket;
  }

  get isOpen(): boolean {
    return this.socket.readyState === WebSocket.OPEN;
  }

  send(message: object | string): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  subscribe(id: string, query: string, more: object = {}): void {
    this.send({ type: 'subscribe', id, payload: { query, ...more } });
  }

  /** The first message that is so, of those that came or are still to come. Rejects when none can come any more. */
  async until(matches: (message: Message) => boolean): Promise<Message> {
    const message = await eventually(() => {
      const found = this.messages.find(matches);
      if (!found && !this.isClosed) throw new Error(`None of ${this.messages.length} messages is so: ${String(matches)}`);
      return found;
    });
    if (!message) throw new Error(`The socket was closed before a message was so: ${String(matches)}`);
    return message;
  }

  /** What came for one id. */
  of(id: string): readonly Message[] {
    return this.messages.filter((message) => 'id' in message && message.id === id);
  }

  /** The data of the results that came for one id. */
  data(id: string): readonly unknown[] {
    return this.of(id).flatMap((message) => (message.type === 'next' ? [message.payload.data] : []));
  }

  /** Resolves when its server has taken everything that was sent so far. */
  async settled(): Promise<void> {
    const mark = `mark ${this.messages.length} ${Math.random()}`;
    this.send({ type: 'ping', payload: { mark } });
    await this.until((message) => message.type === 'pong' && message.payload?.['mark'] === mark);
  }

  private take(text: string): void {
    try {
      const message = validateMessage(JSON.parse(text));
      if (message.type === 'connection_init' || message.type === 'subscribe') this.wrong.push(message);
      this.messages.push(message as Message);
    } catch {
      this.wrong.push(text);
    }
  }
}
