import type { GatewayLogger } from '../config';
import { CarriedSubscription } from './carried-subscription';
import type { LostConnection } from './lost-connection';
import type { ResultStream } from './result-stream';
import { SubgraphSocket } from './subgraph-socket';
import type { SubgraphSocketParts } from './subgraph-socket';
import type { SubgraphRequest } from './subgraph-transport';
import { cellsOf } from './suspects';

interface SubgraphSocketsParts {
  readonly subgraph: string;
  readonly address: URL;
  readonly maxQueuedBytes: number;
  readonly maxMessageBytes: number;
  readonly holdUpMs: number;
  /** Sockets beside the two that many subscriptions share. */
  readonly maxOwnSockets: number;
  readonly logger: GatewayLogger;
  /** The subgraph acknowledged a connection. */
  onOpen(): void;
  /** A socket could not be opened, or broke for a reason that lies with no subscription. */
  onLost(reason: Error): void;
}

/** How long a shared socket is kept without subscriptions, in milliseconds. */
const idleMs = 10_000;
/** How long newcomers keep apart after a shared socket was closed because of one, in milliseconds. */
const cautiousMs = 60_000;
/** How long a subscription without a message may be the reason of a closing that names none, in milliseconds. */
const newForMs = 1_000;
/** A subscription whose sockets were closed under it so often is not subscribed again. */
const maxMoves = 8;

/**
 * All subscriptions to one address of a subgraph. Resumable ones share a socket. One that can't be resumed has a socket of its own, as long as there are not
 * too many; the rest of these share another. When a shared socket is closed because of one of its subscriptions, those most likely to be the reason are set
 * apart, and the search goes on among the sockets that are closed again.
 */
export class SubgraphSockets {
  private readonly forResumable: SubgraphSocket;
  private readonly forOthers: SubgraphSocket;
  /** Beside the two, with at least one subscription. */
  private readonly apart = new Set<SubgraphSocket>();
  /** The sockets that were made to stand apart, also those without a subscription just now. */
  private readonly made = new WeakSet<SubgraphSocket>();
  private cautiousUntil = -Infinity;

  constructor(private readonly parts: SubgraphSocketsParts) {
    this.forResumable = this.socket(idleMs);
    this.forOthers = this.socket(idleMs);
  }

  /** `onEnd` is called once, however it ends. */
  subscribe(request: SubgraphRequest, onEnd: () => void): ResultStream {
    const subscription = new CarriedSubscription(this.parts.subgraph, request, onEnd);
    this.carry(subscription);
    return subscription.stream;
  }

  async stop(): Promise<void> {
    await Promise.all([this.forResumable, this.forOthers, ...this.apart].map((socket) => socket.stop()));
  }

  private carry(subscription: CarriedSubscription): void {
    const { isResumable, socket } = subscription.seat;
    const isOurs = socket instanceof SubgraphSocket && this.made.has(socket);
    // A seat on another instance's socket says as much: it is to be kept apart.
    const keepsApart = !isResumable || socket !== undefined || performance.now() < this.cautiousUntil;
    const chosen = isOurs ? socket : keepsApart ? this.ownSocket() : undefined;
    const target = chosen ?? (isResumable ? this.forResumable : this.forOthers);
    if (chosen) this.apart.add(chosen);
    target.carry(subscription);
  }

  /** Undefined where there are too many. */
  private ownSocket(): SubgraphSocket | undefined {
    return this.apart.size < this.parts.maxOwnSockets ? this.socket(0) : undefined;
  }

  private socket(keptMs: number): SubgraphSocket {
    const { address, maxQueuedBytes, maxMessageBytes, holdUpMs, onOpen } = this.parts;
    const parts: SubgraphSocketParts = {
      address, maxQueuedBytes, maxMessageBytes, holdUpMs, idleMs: keptMs,
      onReady: onOpen,
      onLost: (reason, carried) => this.lost(reason, carried),
      onSlow: (subscription) => this.slow(subscription),
      onEmpty: () => this.apart.delete(socket),
    };
    const socket: SubgraphSocket = new SubgraphSocket(parts);
    if (keptMs === 0) this.made.add(socket);
    return socket;
  }

  /** It is taken up again on a socket that may be paused for it alone. */
  private slow(subscription: CarriedSubscription): void {
    subscription.seat.socket = this.ownSocket();
    subscription.tooSlow();
  }

  private lost(reason: LostConnection, carried: readonly CarriedSubscription[]): void {
    const { subgraph, logger, onLost } = this.parts;
    for (const socket of [...this.apart]) if (socket.size === 0) this.apart.delete(socket);
    if (reason.blame === 'certain') logger.warn({ err: reason, subgraph, subscriptions: carried.length }, 'A socket to a subgraph was closed because of a subscription');
    else onLost(reason);
    const isBlamed = reason.blame === 'certain' || (reason.blame === 'possible' && carried.some(isNew));
    if (!isBlamed || carried.length === 1) {
      for (const subscription of carried) subscription.lost(reason);
      return;
    }
    this.cautiousUntil = performance.now() + cautiousMs;
    for (const cell of cellsOf(carried)) {
      const socket = this.ownSocket();
      for (const subscription of cell) {
        subscription.seat.socket = socket;
        subscription.seat.moves += 1;
        // What has received nothing has lost nothing: it begins again. Anything else only its subscriber can resume.
        if (subscription.hasBegun || subscription.seat.moves > maxMoves) subscription.lost(reason);
        else this.carry(subscription);
      }
    }
  }
}

/** Where a peer closes without a reason, one that it was just sent may be it. */
function isNew({ hasBegun, carriedAt }: CarriedSubscription): boolean {
  return !hasBegun && performance.now() - carriedAt < newForMs;
}
