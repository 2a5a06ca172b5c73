import { ResultStream } from './result-stream';
import type { Seat } from './seat';
import { newSeat } from './seat';
import { ReaderTooSlow, SubgraphUnreachable } from './subgraph-transport';
import type { SubgraphRequest, SubgraphResult } from './subgraph-transport';

/** What each waiting event costs beside its own bytes. */
const perEventBytes = 100;

/** What a socket offers to a subscription that it carries. */
interface Carrier {
  /** The reader took an event. */
  pulled(subscription: CarriedSubscription): void;
  /** The subscription is over for this socket. */
  left(subscription: CarriedSubscription): void;
}

/** One subscription on its way from a subgraph's socket to its reader. It may be moved to another socket before its first message. */
export class CarriedSubscription {
  readonly stream: ResultStream;
  readonly seat: Seat;
  /** An event or a position has come. */
  hasBegun = false;
  /** Sends the end to the subgraph. */
  unsubscribe: () => void = () => undefined;
  carrier: Carrier | undefined;
  /** When its present socket took it, as performance.now() has it. */
  carriedAt = 0;

  /** `onEnd` is called once, however it ends. */
  constructor(private readonly subgraph: string, readonly request: SubgraphRequest, private readonly onEnd: () => void) {
    this.seat = request.seat ?? newSeat(false);
    this.stream = new ResultStream({
      onPull: () => this.carrier?.pulled(this),
      onReturn: () => {
        this.unsubscribe();
        this.leave();
      },
    });
  }

  /** How much waits for its reader, in bytes. */
  get waiting(): number {
    return this.stream.queuedBytes;
  }

  next(result: SubgraphResult, bytes: number): void {
    this.hasBegun = true;
    this.stream.push(result, bytes + perEventBytes);
  }

  position(cursor: string): void {
    this.hasBegun = true;
    this.stream.push({ position: cursor });
  }

  refused(refusal: SubgraphResult): void {
    this.stream.push(refusal);
    this.complete();
  }

  complete(): void {
    this.stream.end();
    this.leave();
  }

  lost(reason: Error): void {
    this.stream.fail(new SubgraphUnreachable(this.subgraph, reason));
    this.leave();
  }

  /** Its reader does not follow, behind what it has taken in. */
  tooSlow(): void {
    this.unsubscribe();
    this.stream.fail(new ReaderTooSlow(this.subgraph));
    this.leave();
  }

  private leave(): void {
    const { carrier } = this;
    this.carrier = undefined;
    carrier?.left(this);
    this.onEnd();
  }
}
