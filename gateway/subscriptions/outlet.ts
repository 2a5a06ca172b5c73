import type { GraphQLError } from 'graphql';
import type { Delivery } from './delivery';

/** How long a client that is known to read slowly may take to read anything, in milliseconds. */
export const patienceMs = 120_000;

/** Where one client's subscription ends: a transport's side. After `error` and `complete` nothing is told any more. */
export interface Outlet {
  /** Others that go the same way have filled it: it wants nothing until it has called `drained`. Absent where nobody else does. */
  readonly isFull?: boolean;
  /** Takes a result. False if it wants no further one until it has called `drained`. */
  next(delivery: Delivery): boolean;
  /** Everything up to this place was handed over before. */
  position(cursor: string): void;
  error(errors: readonly GraphQLError[]): void;
  complete(): void;
}
