/** To a server of events: one more event for each group. */
export interface Publish {
  readonly publish: true;
}

/** From a server of events, once it listens. */
export interface Listening {
  readonly url: string;
}

/** To subscribers: open, and subscribe, each to one group, in turn. */
export interface Subscribe {
  readonly url: string;
  readonly subscribers: number;
  readonly groups: number;
  /** All call their subscription by one id; else each by a UUID, as clients' libraries do. */
  readonly oneId: boolean;
}

export interface Counts {
  readonly delivered: number;
  /** Subscribers that have had an event. */
  readonly started: number;
  /** Events that were left out, by their numbers. */
  readonly lost: number;
  /** Events that came again, or too late. */
  readonly doubled: number;
  /** Subscriptions and sockets that the server ended. */
  readonly ended: number;
  /** What the first of these was told. */
  readonly firstEnd: string | undefined;
}

export type FromSubscribers =
  | { readonly kind: 'subscribed' }
  /** Every one of them has had an event. */
  | { readonly kind: 'started' }
  /** Every one of them has had the event with this number. */
  | { readonly kind: 'all'; readonly number: number }
  | ({ readonly kind: 'counts' } & Counts);
