import type { GraphQLError } from 'graphql';
import type { Caller } from '../security/caller';
import type { Broadcast } from './broadcast';
import type { Delivery } from './delivery';
import type { Outlet } from './outlet';

/** How a subscription ended upstream. */
export type Ending = { readonly kind: 'complete' } | { readonly kind: 'error'; readonly errors: readonly GraphQLError[] };

/** One client's subscription: how far it has come, and whether it takes more. */
export class Reader {
  /** The number of the result that it gets next, on the tape that it reads. */
  at = 0;
  /** Its outlet wants nothing before it has called `drained`. */
  isBlocked = false;
  isOver = false;
  /** Whose tape it reads; undefined for one who fell behind and is not taken up again yet. */
  home: Broadcast | undefined;

  /** The last place that its client was told, or that it wants to begin behind. */
  place: string | undefined;

  /** When the last of what it was told was read. What it is told next must not have been read before. */
  seen = 0;

  constructor(private readonly outlet: Outlet, public caller: Caller) {}

  take(delivery: Delivery): void {
    if (this.outlet.isFull) {
      this.isBlocked = true;
      return;
    }
    this.at += 1;
    this.place = delivery.cursor;
    this.seen = delivery.ended;
    this.isBlocked = !this.outlet.next(delivery);
  }

  tell(position: string): void {
    this.place = position;
    this.outlet.position(position);
  }

  end(ending: Ending): void {
    if (this.isOver) return;
    this.isOver = true;
    this.over();
    if (ending.kind === 'complete') this.outlet.complete();
    else this.outlet.error(ending.errors);
  }

  /** Called once, before its client is told of the end. */
  protected over(): void {
    this.home?.leave(this);
  }
}
