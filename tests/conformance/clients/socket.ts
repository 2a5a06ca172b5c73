import { once } from 'node:events';
import { WebSocket } from 'ws';
import { becomes, Deviation } from '../deviation';
import type { End, Following, GraphQLErrorText, Result, Subscribing } from './following';

interface Message {
  readonly type: string;
  readonly id?: string;
  readonly payload?: unknown;
}

/** A graphql-transport-ws client that can also do what no decent one does. */
export class Socket {
  /** All that came, in order. */
  readonly messages: Message[] = [];
  closing: { readonly code: number; readonly reason: string } | undefined;
  /** Whether the server's pings are answered, as is due. */
  answersPings = true;
  private readonly operations = new Map<string, Operation>();
  private ids = 0;

  private constructor(private readonly socket: WebSocket) {
    socket.on('message', (data: Buffer) => this.receive(JSON.parse(data.toString()) as Message));
    socket.on('close', (code, reason) => {
      this.closing = { code, reason: reason.toString() };
      for (const operation of this.operations.values()) operation.over({ kind: 'lost', ...this.closing });
    });
    // That it is lost shows in how it closes.
    socket.on('error', () => undefined);
  }

  /** A socket on which nothing has been said yet. @throws {Deviation} if the gateway does not take it. */
  static async open(url: string, protocol = 'graphql-transport-ws'): Promise<Socket> {
    const socket = new WebSocket(url.replace(/^http/, 'ws'), protocol);
    const client = new Socket(socket);
    try {
      await once(socket, 'open');
    } catch (error) {
      throw new Deviation(`a WebSocket (${protocol}) to be taken at ${url}`, String(error));
    }
    return client;
  }

  /** One whose `connection_init` has been acknowledged. `asked`: what that says beside the token. @throws {Deviation} */
  static async ready(url: string, token?: string, asked: object = { positions: true }): Promise<Socket> {
    const client = await Socket.open(url);
    client.initialise(token, asked);
    await client.acknowledged();
    return client;
  }

  initialise(token?: string, asked: object = {}): void {
    this.send({ type: 'connection_init', payload: { ...asked, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) } });
  }

  async acknowledged(): Promise<void> {
    const outcome = await becomes('connection_ack', () => this.messages.find(({ type }) => type === 'connection_ack') ?? this.closing, (value) => value !== undefined);
    if (this.closing && outcome === this.closing) throw new Deviation('connection_ack', `close ${this.closing.code} ${this.closing.reason}`);
  }

  send(message: object | string | Buffer): void {
    this.socket.send(typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message));
  }

  /** How the gateway closes it. @throws {Deviation} if it doesn't. */
  async closed(withinMs?: number): Promise<number> {
    const { code } = await becomes('the socket to be closed', () => this.closing, (value) => value !== undefined, withinMs) ?? { code: 0 };
    return code;
  }

  /** Runs an operation; a query or a mutation as well. */
  follow({ query, variables, cursor }: Omit<Subscribing, 'token'>, id = `operation-${(this.ids += 1)}`): Operation {
    const operation = new Operation(id, this.socket, () => this.operations.delete(id));
    this.operations.set(id, operation);
    if (this.closing) operation.over({ kind: 'lost', ...this.closing });
    else this.send({ type: 'subscribe', id, payload: { query, ...(variables ? { variables } : {}), ...(cursor === undefined ? {} : { extensions: { cursor } }) } });
    return operation;
  }

  /** @throws {Deviation} if no answer comes. */
  async answer(operation: { readonly query: string; readonly variables?: Readonly<Record<string, unknown>> }): Promise<Result> {
    const following = this.follow(operation);
    await becomes(`an answer to ${operation.query}`, () => following.end, (end) => end !== undefined);
    const { end } = following;
    if (end?.kind === 'error') return { errors: end.errors };
    const [result] = following.results;
    if (!result) throw new Deviation('an answer', JSON.stringify(end));
    return result;
  }

  close(): void {
    this.socket.close(1000);
  }

  terminate(): void {
    this.socket.terminate();
  }

  private receive(message: Message): void {
    this.messages.push(message);
    const operation = this.operations.get(message.id ?? '');
    switch (message.type) {
      case 'ping':
        for (const [id, cursor] of Object.entries(positionsIn(message.payload))) this.operations.get(id)?.told(cursor);
        if (this.answersPings) this.send({ type: 'pong' });
        break;
      case 'next': return operation?.hear(message.payload as Result);
      case 'error': return operation?.over({ kind: 'error', errors: message.payload as GraphQLErrorText[] });
      case 'complete': return operation?.over({ kind: 'complete' });
    }
  }
}

function positionsIn(payload: unknown): Readonly<Record<string, string>> {
  return (payload as { positions?: Record<string, string> } | undefined)?.positions ?? {};
}

/** Something with an id of its own on a {@link Socket}. */
class Operation implements Following {
  readonly results: Result[] = [];
  end: End | undefined;
  place: string | undefined;

  constructor(readonly id: string, private readonly socket: WebSocket, private readonly forgotten: () => void) {}

  hear(result: Result): void {
    this.results.push(result);
  }

  told(cursor: string): void {
    this.place = cursor;
  }

  over(end: End): void {
    this.end ??= end;
    this.forgotten();
  }

  leave(): void {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify({ type: 'complete', id: this.id }));
    this.forgotten();
  }

  vanish(): void {
    this.socket.terminate();
  }

  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }
}
