import { CloseCode, GRAPHQL_TRANSPORT_WS_PROTOCOL, MessageType, stringifyMessage, validateMessage } from 'graphql-ws';
import type { SubscribePayload } from 'graphql-ws';
import { WebSocket } from 'ws';
import { parseJson } from '../json/parse-json';
import { lostConnection, UnusableMessage } from './lost-connection';
import type { LostConnection } from './lost-connection';
import { positionsIn, positionsWanted } from './positions';
import { eventOf, refusal, resultOf } from './results';
import type { SubgraphResult } from './subgraph-transport';

/** What one subscription is told. Nothing comes after `error` or `complete`. */
interface UpstreamSink {
  /** `bytes`: how long the message was that brought it. */
  next(result: SubgraphResult, bytes: number): void;
  /** All that was sent before is at or before this cursor. */
  position(cursor: string): void;
  /** Refused, or ended: a result without data. */
  error(refusal: SubgraphResult): void;
  complete(): void;
}

interface UpstreamConnectionParts {
  readonly address: URL;
  /** What connection_init says. */
  readonly parameters?: Readonly<Record<string, string>>;
  onReady?(): void;
  /** Called once. What came for its subscriptions after their last events is not known. */
  onClosed(reason: LostConnection): void;
  /** Of one message; a longer one closes the socket. */
  readonly maxMessageBytes: number;
}

/** How long it may take to be there, in milliseconds: the handshake, and then the acknowledgement. */
const openWithinMs = 5_000;
/** How often a silent peer is asked whether it is still there; it has as long to answer. */
const pingEveryMs = 10_000;
const closeWithinMs = 1_000;

/**
 * One connection to a subgraph over graphql-transport-ws. It does not come back: only the subscriber knows how to make up for what happens between two
 * connections, and opens the next. (The protocol's own client subscribes again by itself after some closings.)
 */
export class UpstreamConnection {
  private readonly socket: WebSocket;
  private readonly open = new Map<string, { readonly payload: SubscribePayload; readonly sink: UpstreamSink }>();
  private readonly acknowledging: NodeJS.Timeout;
  private readonly pinging: NodeJS.Timeout;
  private phase: 'connecting' | 'ready' | 'closed' = 'connecting';
  private failure: Error | undefined;
  private answered = true;
  private ids = 0;

  constructor(private readonly parts: UpstreamConnectionParts) {
    this.socket = new WebSocket(socketUrl(parts.address), GRAPHQL_TRANSPORT_WS_PROTOCOL, { handshakeTimeout: openWithinMs, maxPayload: parts.maxMessageBytes, perMessageDeflate: false });
    this.socket.on('open', () => this.send({ type: MessageType.ConnectionInit, payload: { ...positionsWanted, ...parts.parameters } }));
    this.socket.on('message', (data, isBinary) => this.receive(data as Buffer, isBinary));
    this.socket.on('pong', () => { this.answered = true; });
    // Its closing follows, and tells who has to know.
    this.socket.on('error', (error) => { this.failure ??= error; });
    this.socket.on('close', (code, reason) => this.closed(code, String(reason)));
    this.acknowledging = setTimeout(() => this.giveUp(new Error('the connection was not acknowledged in time')), 2 * openWithinMs).unref();
    this.pinging = setInterval(() => this.ping(), pingEveryMs).unref();
  }

  get isOpen(): boolean {
    return this.phase !== 'closed' && this.socket.readyState <= WebSocket.OPEN;
  }

  /** Returns what ends it. */
  subscribe(payload: SubscribePayload, sink: UpstreamSink): () => void {
    const id = String(this.ids += 1);
    this.open.set(id, { payload, sink });
    if (this.phase === 'ready') this.send({ type: MessageType.Subscribe, id, payload });
    return () => {
      if (this.open.delete(id) && this.phase === 'ready') this.send({ type: MessageType.Complete, id });
    };
  }

  /** Holds everything on it back, or lets it go on. */
  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  close(): void {
    // A paused socket would never read the answer to its closing.
    this.resume();
    this.socket.close(1000);
    setTimeout(() => this.socket.terminate(), closeWithinMs).unref();
  }

  private send(message: Parameters<typeof stringifyMessage>[0]): void {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(stringifyMessage(message));
  }

  private receive(data: Buffer, isBinary: boolean): void {
    this.answered = true;
    // What follows a bad message would be read as if nothing were missing.
    if (this.failure) return;
    try {
      if (isBinary) throw new Error('a binary message');
      const message = validateMessage(parseJson(data.toString()));
      switch (message.type) {
        case MessageType.ConnectionAck: return this.acknowledged();
        case MessageType.Next: return this.carrying(message.id)?.sink.next(eventOf(message.payload), data.length);
        case MessageType.Error: return this.ended(message.id)?.error(refusal(resultOf({ errors: message.payload })?.errors ?? []));
        case MessageType.Complete: return this.ended(message.id)?.complete();
        case MessageType.Ping: {
          for (const [id, cursor] of positionsIn(message.payload)) this.open.get(id)?.sink.position(cursor);
          return this.send({ type: MessageType.Pong });
        }
        case MessageType.Pong: return undefined;
        default: throw new Error(`a message "${message.type}", which is for a server`);
      }
    } catch (error) {
      this.failure = new UnusableMessage((error as Error).message, { cause: error });
      this.socket.close(CloseCode.BadResponse, 'Bad response');
      setTimeout(() => this.socket.terminate(), closeWithinMs).unref();
    }
  }

  private acknowledged(): void {
    if (this.phase !== 'connecting') return;
    clearTimeout(this.acknowledging);
    this.phase = 'ready';
    this.parts.onReady?.();
    for (const [id, { payload }] of this.open) this.send({ type: MessageType.Subscribe, id, payload });
  }

  /** Undefined for one that was left meanwhile. @throws for one that never was. */
  private carrying(id: string) {
    if (!(Number(id) <= this.ids)) throw new Error('a message for a subscription that was never begun');
    return this.open.get(id);
  }

  private ended(id: string): UpstreamSink | undefined {
    const found = this.carrying(id);
    this.open.delete(id);
    return found?.sink;
  }

  private ping(): void {
    if (!this.answered && !this.socket.isPaused) return this.giveUp(new Error('the subgraph does not answer any more'));
    this.answered = false;
    if (this.socket.readyState === WebSocket.OPEN) this.socket.ping();
  }

  private giveUp(reason: Error): void {
    this.failure ??= reason;
    this.socket.terminate();
  }

  private closed(code: number, words: string): void {
    const wasReady = this.phase === 'ready';
    this.phase = 'closed';
    clearTimeout(this.acknowledging);
    clearInterval(this.pinging);
    this.open.clear();
    this.parts.onClosed(lostConnection({ code, words, failure: this.failure, wasReady }));
  }
}

/** The same address with the scheme of sockets. */
function socketUrl(address: URL): URL {
  const url = new URL(address);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url;
}
