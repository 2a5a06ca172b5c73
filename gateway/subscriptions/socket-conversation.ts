import { CloseCode, MessageType, validateMessage } from 'graphql-ws';
import type { Message, SubscribePayload } from 'graphql-ws';
import { hasMoreValuesThan } from '@test-planning/kernel/http';
import type { GraphQLError } from 'graphql';
import type { GatewayLogger } from '../config';
import type { Intake } from '../documents/intake';
import { clientError } from '../errors/client-errors';
import type { ErrorPresenter } from '../errors/error-presenter';
import { longFrom, tooManyUnread } from '../http/unread-responses';
import type { UnreadResponses } from '../http/unread-responses';
import { parseJson } from '../json/parse-json';
import type { Quota } from '../security/quota';
import type { Headers } from '../transport/upstream-headers';
import { asksForPositions } from '../transport/positions';
import type { ClientSocket } from './client-socket';
import { authorizationIn } from './socket-authorization';
import { SocketIdentity } from './socket-identity';
import type { IdentityParts } from './socket-identity';
import { SocketOutlet } from './socket-outlet';
import type { SubscriptionRequest } from './settle-subscription';
import type { Member } from './subscription-group';
import type { SubscriptionHub } from './subscription-hub';

export interface ConversationParts extends IdentityParts {
  readonly intake: Intake;
  readonly hub: SubscriptionHub;
  readonly subscriptions: Quota;
  readonly unread: UnreadResponses;
  readonly maxOperationsPerSocket: number;
  readonly maxJsonValues: number;
  readonly connectionInitTimeoutMs: number;
  readonly logger: GatewayLogger;
  readonly presentErrors: ErrorPresenter;
  readonly isDraining: () => boolean;
  /** What of a payload of connection_init goes upstream. */
  readonly headersOfInit: (payload: Readonly<Record<string, unknown>>) => Headers;
}

/** Where a socket comes from. */
interface Origin {
  readonly remoteAddress: string | undefined;
  /** What of its request's headers goes upstream. */
  readonly clientHeaders: Headers;
  /** A bearer token of its request; one in connection_init counts instead. */
  readonly authorization: string | undefined;
}

/** Something with an id of its own on a socket. */
type Operation =
  | { readonly kind: 'request'; readonly leaving: AbortController; readonly isQuery: boolean }
  | { readonly kind: 'subscription'; member?: Member; readonly release: () => void };

/** RFC 6455, section 7.4.1. */
const messageTooBig = 1009;

type Phase = 'new' | 'initialising' | 'ready' | 'closed';

/** graphql-transport-ws with one client, as docs/subscriptions.md says. */
export class SocketConversation {
  private phase: Phase = 'new';
  private readonly identity: SocketIdentity;
  private readonly operations = new Map<string, Operation>();
  /** Undefined once it has come. */
  private initialising: NodeJS.Timeout | undefined;
  /** Told soon; undefined where there are none. */
  private positions: Map<string, string> | undefined;
  /** The client knows what positions are: it asked for them, or has used one. To others a ping with a payload may be a mistake. */
  private wantsPositions = false;
  private clientHeaders: Headers;
  private requests = 0;
  private whenIdle: (() => void) | undefined;

  constructor(readonly wire: ClientSocket, private readonly origin: Origin, private readonly parts: ConversationParts) {
    this.initialising = setTimeout(() => this.wire.close(CloseCode.ConnectionInitialisationTimeout, 'Connection initialisation timeout'), parts.connectionInitTimeoutMs);
    this.clientHeaders = origin.clientHeaders;
    this.identity = new SocketIdentity(wire, origin.remoteAddress, parts);
    wire.onDrained = () => this.drained();
  }

  receive(text: string): void {
    // Whoever was told of the end, as of a token's, has nothing more carried out while the closing takes its time.
    if (this.isClosed()) return;
    this.wire.heard();
    const { maxJsonValues } = this.parts;
    if (hasMoreValuesThan(text, maxJsonValues)) return this.wire.close(messageTooBig, `The message has more than ${maxJsonValues} JSON values`);
    let message;
    try {
      message = validateMessage(parseJson(text));
    } catch (error) {
      return this.wire.close(CloseCode.BadRequest, error instanceof RangeError ? 'The message is nested too deeply' : (error as Error).message);
    }
    try {
      this.take(message);
    } catch (error) {
      this.failed(error);
    }
  }

  private take(message: Message): void {
    switch (message.type) {
      case MessageType.ConnectionInit: return this.attend(this.initialise(message.payload ?? {}));
      case MessageType.Subscribe: return this.subscribe(message.id, message.payload);
      case MessageType.Complete: return this.left(message.id);
      case MessageType.Ping: return this.pinged(message.payload ?? undefined);
      case MessageType.Pong: return undefined;
      default: return this.wire.close(CloseCode.BadRequest, `A message "${message.type}" is for a client`);
    }
  }

  private attend(work: Promise<void>): void {
    work.catch((error: unknown) => this.failed(error));
  }

  /** No message may do more harm than to its own socket. */
  private failed(error: unknown): void {
    this.parts.logger.error({ err: error }, 'A message on a socket could not be handled');
    this.wire.close(CloseCode.InternalServerError, 'Internal server error');
  }

  /** Nothing is said any more. */
  closed(): void {
    this.phase = 'closed';
    clearTimeout(this.initialising);
    this.identity.end();
    for (const id of [...this.operations.keys()]) this.left(id);
    this.whenIdle?.();
  }

  /** Resolves when no query or mutation is being executed. */
  idle(): Promise<void> {
    if (this.requests === 0 || this.phase === 'closed') return Promise.resolve();
    return new Promise((resolve) => { this.whenIdle = resolve; });
  }

  /** Called by outlets. */
  position(id: string, cursor: string): void {
    if (!this.wantsPositions) return;
    if (!this.positions) setImmediate(() => this.tellPositions());
    this.positions ??= new Map();
    this.positions.set(id, cursor);
  }

  /** Called by outlets. */
  tellPosition(id: string): void {
    if (this.positions?.has(id)) this.tellPositions();
  }

  /** Called by outlets. */
  over(id: string): void {
    const operation = this.operations.get(id);
    this.operations.delete(id);
    // The id may be another subscription's before the next positions are told.
    this.positions?.delete(id);
    if (operation?.kind === 'subscription') operation.release();
  }

  private async initialise(payload: Readonly<Record<string, unknown>>): Promise<void> {
    if (this.phase !== 'new') return this.wire.close(CloseCode.TooManyInitialisationRequests, 'Too many initialisation requests');
    this.phase = 'initialising';
    clearTimeout(this.initialising);
    this.initialising = undefined;
    this.wantsPositions = asksForPositions(payload);
    const fromInit = this.parts.headersOfInit(payload);
    if (Object.keys(fromInit).length > 0) this.clientHeaders = { ...this.clientHeaders, ...fromInit };
    const admission = await this.identity.admit(authorizationIn(payload) ?? this.origin.authorization);
    if (this.isClosed()) return this.identity.end();
    if (admission.kind === 'refused') return this.wire.close(admission.code, admission.reason);
    this.phase = 'ready';
    this.wire.send('{"type":"connection_ack"}');
  }

  private isClosed(): boolean {
    return this.phase === 'closed' || !this.wire.isOpen;
  }

  private pinged(payload: Readonly<Record<string, unknown>> | undefined): void {
    const authorization = payload && authorizationIn(payload);
    if (authorization !== undefined && this.phase === 'ready') return this.attend(this.answerRenewal(authorization));
    if (!payload) return this.wire.send('{"type":"pong"}');
    let answer;
    try {
      answer = JSON.stringify({ type: MessageType.Pong, payload });
    } catch {
      // What can be read however deep it is nested can't always be written.
      return this.wire.close(CloseCode.BadRequest, 'The payload is nested too deeply');
    }
    this.wire.send(answer);
  }

  private async answerRenewal(authorization: string): Promise<void> {
    const renewal = await this.identity.renew(authorization, () => this.isClosed());
    if ('expiresAt' in renewal) {
      for (const operation of [...this.operations.values()]) if (operation.kind === 'subscription' && operation.member) this.parts.hub.renew(operation.member, this.identity.caller);
    }
    this.wire.send(JSON.stringify({ type: MessageType.Pong, payload: { authorization: renewal } }));
  }

  private subscribe(id: string, { query, operationName, variables, extensions }: SubscribePayload): void {
    if (this.phase !== 'ready') return this.wire.close(CloseCode.Unauthorized, 'Unauthorized');
    if (this.operations.has(id)) return this.wire.close(CloseCode.SubscriberAlreadyExists, `Subscriber for ${id} already exists`);
    const refusal = this.refusal();
    if (refusal) return this.refuse(id, [refusal]);
    const cursor = extensions?.['cursor'];
    if (cursor !== undefined && cursor !== null) this.wantsPositions = true;
    const given = variables ?? {};
    const taken = this.parts.intake({ query, operationName: operationName ?? undefined, variables: given, extensions: extensions ?? {} }, this.identity.caller, this.origin.remoteAddress);
    if (taken.kind === 'refused') return this.refuse(id, taken.errors);
    const { graph, prepared } = taken;
    const request = { graph, prepared, variables: given, caller: this.identity.caller, clientHeaders: this.clientHeaders };
    if (prepared.kind === 'subscription') return this.follow(id, { ...request, cursor });
    void this.execute(id, request);
  }

  private refusal(): GraphQLError | undefined {
    const { isDraining, maxOperationsPerSocket } = this.parts;
    if (isDraining()) return clientError('UNAVAILABLE', 'The gateway is shutting down');
    // What its client has left may still be carried out.
    if (Math.max(this.operations.size, this.requests) >= maxOperationsPerSocket) return clientError('RATE_LIMITED', `A socket carries at most ${maxOperationsPerSocket} operations at once`);
    return undefined;
  }

  private refuse(id: string, errors: readonly GraphQLError[]): void {
    this.wire.send(JSON.stringify({ id, type: MessageType.Error, payload: errors }));
  }

  private follow(id: string, request: SubscriptionRequest): void {
    const { subscriptions, hub } = this.parts;
    const release = subscriptions.acquire(this.identity.name);
    if (!release) return this.refuse(id, [clientError('RATE_LIMITED', `At most ${subscriptions.perIdentity} subscriptions of one identity are open at once`)]);
    const operation: Operation = { kind: 'subscription', release };
    // Before it begins, for it may end while it does.
    this.operations.set(id, operation);
    operation.member = hub.subscribe(request, new SocketOutlet(id, this));
  }

  private async execute(id: string, { graph, ...request }: SubscriptionRequest): Promise<void> {
    const leaving = new AbortController();
    const isQuery = request.prepared.kind === 'query';
    this.operations.set(id, { kind: 'request', leaving, isQuery });
    this.requests += 1;
    const letGo = graph.use.hold();
    try {
      const { kind, text, errors } = await graph.engine.executeToText({ ...request, signal: isQuery ? leaving.signal : undefined });
      // Who has left is told nothing, nor is another operation that has taken the id since then.
      if (leaving.signal.aborted) return;
      this.over(id);
      if (kind === 'refused') return this.refuse(id, errors);
      const unread = text.length > longFrom ? this.parts.unread.hold(text.length, () => this.wire.terminate()) : undefined;
      if (text.length > longFrom && !unread) return this.refuse(id, [tooManyUnread()]);
      this.wire.send(`{"id":${JSON.stringify(id)},"type":"next","payload":${text}}`, unread?.release);
      this.wire.send(JSON.stringify({ id, type: MessageType.Complete }));
    } catch (error) {
      this.over(id);
      this.refuse(id, this.parts.presentErrors([error]));
    } finally {
      letGo();
      this.requests -= 1;
      if (this.requests === 0) this.whenIdle?.();
    }
  }

  /** The client wants no more of an operation. */
  private left(id: string): void {
    const operation = this.operations.get(id);
    if (!operation) return;
    this.over(id);
    if (operation.kind === 'request') operation.leaving.abort();
    else if (operation.member) this.parts.hub.leave(operation.member);
  }

  private drained(): void {
    for (const operation of [...this.operations.values()]) if (operation.kind === 'subscription' && operation.member) this.parts.hub.drained(operation.member);
  }

  private tellPositions(): void {
    const { positions } = this;
    this.positions = undefined;
    if (positions && positions.size > 0) this.wire.send(JSON.stringify({ type: MessageType.Ping, payload: { positions: Object.fromEntries(positions) } }));
  }
}
