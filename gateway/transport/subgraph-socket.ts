import type { CarriedSubscription } from './carried-subscription';
import type { LostConnection } from './lost-connection';
import { UpstreamConnection } from './upstream-connection';

export interface SubgraphSocketParts {
  readonly address: URL;
  /** Waiting for one subscription's reader, in bytes; above it the socket is not read. */
  readonly maxQueuedBytes: number;
  /** Of one message; a longer one breaks the socket. */
  readonly maxMessageBytes: number;
  /** How long one subscription may hold up the others, in all its life, in milliseconds. */
  readonly holdUpMs: number;
  /** How long it is kept without subscriptions, in milliseconds. */
  readonly idleMs: number;
  /** Headers in connection_init instead of in each operation. */
  readonly parameters?: Readonly<Record<string, string>>;
  onReady(): void;
  /** It could not be opened, or it broke; these were open on it, and are for the caller to end or to move. */
  onLost(reason: LostConnection, carried: readonly CarriedSubscription[]): void;
  /** A resumable subscription holds up the others on this socket. It has to be ended by the caller. */
  onSlow(subscription: CarriedSubscription): void;
  onEmpty(): void;
}

/** A pause that may make a peer give up, in milliseconds: it may have asked for a sign of life and wait for it. */
const stallMs = 1_000;
/** How long after such a pause the loss of the socket is put down to it, in milliseconds. */
const stallCountsMs = 15_000;

/** What is kept of a subscription whose reader does not follow. */
interface Held {
  readonly since: number;
  /** Undefined for one that is alone on its socket. */
  readonly timer: NodeJS.Timeout | undefined;
}

/**
 * A socket to a subgraph with one or many subscriptions. It is opened for the first, and again for the next one after it broke. Where a reader does not
 * follow, the socket is paused: for as long as it takes if the subscription is alone, for a bounded time otherwise.
 */
export class SubgraphSocket {
  private connection: UpstreamConnection | undefined;
  private idling: NodeJS.Timeout | undefined;
  private readonly carried = new Set<CarriedSubscription>();
  private readonly held = new Map<CarriedSubscription, Held>();
  /** When the last long pause for a subscription ended. */
  private readonly stalls = new WeakMap<CarriedSubscription, number>();
  private readonly patience = new WeakMap<CarriedSubscription, number>();

  constructor(private readonly parts: SubgraphSocketParts) {}

  get size(): number {
    return this.carried.size;
  }

  carry(subscription: CarriedSubscription): void {
    const connection = this.connected();
    const { operation: { query, operationName }, variables, headers } = subscription.request;
    const payload = { query, operationName: operationName ?? null, variables: variables ?? {} };
    this.carried.add(subscription);
    subscription.carrier = this;
    subscription.carriedAt = performance.now();
    subscription.unsubscribe = connection.subscribe(this.parts.parameters ? payload : { ...payload, extensions: { headers } }, {
      next: (result, bytes) => {
        subscription.next(result, bytes);
        if (subscription.waiting > this.parts.maxQueuedBytes) this.hold(subscription);
      },
      position: (cursor) => subscription.position(cursor),
      error: (refusal) => subscription.refused(refusal),
      complete: () => subscription.complete(),
    });
    // Those that were alone with the pause are not any more.
    for (const slow of [...this.held.keys()]) this.hold(slow);
  }

  pulled(subscription: CarriedSubscription): void {
    if (this.held.has(subscription) && subscription.waiting < this.parts.maxQueuedBytes / 2) this.release(subscription);
  }

  left(subscription: CarriedSubscription): void {
    this.release(subscription);
    if (!this.carried.delete(subscription)) return;
    if (this.carried.size === 1) this.letLastWait();
    if (this.carried.size > 0) return;
    const { connection, parts: { idleMs } } = this;
    clearTimeout(this.idling);
    if (connection?.isOpen) {
      if (idleMs === 0) connection.close();
      else this.idling = setTimeout(() => connection.close(), idleMs).unref();
    }
    this.parts.onEmpty();
  }

  async stop(): Promise<void> {
    await Promise.all([...this.carried].map(({ stream }) => stream.return()));
    clearTimeout(this.idling);
    this.connection?.close();
  }

  private connected(): UpstreamConnection {
    clearTimeout(this.idling);
    if (this.connection?.isOpen) return this.connection;
    const { address, maxMessageBytes, parameters } = this.parts;
    const connection: UpstreamConnection = new UpstreamConnection({
      address, maxMessageBytes,
      ...(parameters ? { parameters } : {}),
      onReady: () => this.parts.onReady(),
      onClosed: (reason) => {
        if (this.connection === connection) this.lost(reason);
      },
    });
    return this.connection = connection;
  }

  private lost(reason: LostConnection): void {
    for (const subscription of this.carried) this.release(subscription);
    // A peer whose pings wait behind a pause gives up: that says who was slow, and nothing of the subgraph.
    if (reason.blame !== 'certain') for (const subscription of [...this.carried]) if (this.wasStalled(subscription)) subscription.tooSlow();
    const carried = [...this.carried];
    this.carried.clear();
    if (carried.length > 0) this.parts.onLost(reason, carried);
  }

  private wasStalled(subscription: CarriedSubscription): boolean {
    const end = this.stalls.get(subscription);
    return end !== undefined && performance.now() - end < stallCountsMs;
  }

  private hold(subscription: CarriedSubscription): void {
    const isAlone = this.carried.size === 1;
    const known = this.held.get(subscription);
    if (known && (isAlone || known.timer)) return;
    if (!isAlone && subscription.seat.isResumable) return this.parts.onSlow(subscription);
    const left = this.patience.get(subscription) ?? this.parts.holdUpMs;
    this.held.set(subscription, { since: performance.now(), timer: isAlone ? undefined : setTimeout(() => subscription.tooSlow(), left).unref() });
    this.connection?.pause();
  }

  /** The only one left holds up no other. */
  private letLastWait(): void {
    for (const [subscription, { since, timer }] of this.held) {
      clearTimeout(timer);
      this.held.set(subscription, { since, timer: undefined });
    }
  }

  private release(subscription: CarriedSubscription): void {
    const held = this.held.get(subscription);
    if (!held) return;
    if (held.timer) this.patience.set(subscription, Math.max(0, (this.patience.get(subscription) ?? this.parts.holdUpMs) - (performance.now() - held.since)));
    if (performance.now() - held.since >= stallMs) this.stalls.set(subscription, performance.now());
    clearTimeout(held.timer);
    this.held.delete(subscription);
    if (this.held.size === 0) this.connection?.resume();
  }
}
