import { Broadcast } from './broadcast';
import type { BroadcastSource } from './broadcast';
import { clientError } from '../errors/client-errors';
import type { Outlet } from './outlet';
import { Reader } from './reader';
import type { Ending } from './reader';
import type { SettledSubscription, SubscriptionRequest } from './settle-subscription';
import type { TapeBudget, TapeLimits } from './tape';

/** One client's subscription: what it asked for, and the group where it belongs. */
export class Member extends Reader {
  group: SubscriptionGroup | undefined;

  constructor(outlet: Outlet, public request: SubscriptionRequest) {
    super(outlet, request.caller);
  }

  protected override over(): void {
    this.group?.exit(this);
  }
}

export interface GroupParts {
  readonly tapeLimits: TapeLimits;
  readonly budget: TapeBudget;
  sourceOf(settled: SettledSubscription): BroadcastSource;
  onEmpty(group: SubscriptionGroup): void;
}

/** What a client is told that can try again. */
export function tryAgain(message: string): Ending {
  return { kind: 'error', errors: [clientError('UNAVAILABLE', message)] };
}

const tooSlow = tryAgain('The client did not keep up with the events, and the subscription has ended: subscribe again');

/** The least that a result on a tape costs, in bytes. */
const leastOfResult = 100;

/** Returns limits for a tape without a cursor. A client that falls off it can't be resumed, so a burst of small results must not push off a client that reads. */
function boundedByBytes({ maxMessages, maxBytes }: TapeLimits): TapeLimits {
  return { maxBytes, maxMessages: Math.max(maxMessages, Math.floor(maxBytes / leastOfResult)) };
}

/** Subscriptions that are equal but for where they begin, and what brings their events. */
export class SubscriptionGroup {
  readonly members = new Set<Member>();
  private readonly all: Broadcast[] = [];

  constructor(public settled: SettledSubscription, private readonly parts: GroupParts) {}

  get broadcasts(): readonly Broadcast[] {
    return this.all;
  }

  enter(member: Member): void {
    this.members.add(member);
    member.group = this;
    this.attach(member);
  }

  exit(member: Member): void {
    const { home } = member;
    member.home = undefined;
    home?.leave(member);
    member.group = undefined;
    this.members.delete(member);
    if (this.members.size === 0) this.parts.onEmpty(this);
  }

  /** To the broadcast that brings what is behind the reader's place, or to one of its own. */
  attach(reader: Reader): void {
    for (const broadcast of this.all) {
      const number = this.entrance(broadcast, reader);
      if (number !== undefined) return broadcast.join(reader, number);
    }
    const { tapeLimits, budget, sourceOf } = this.parts;
    const limits = this.settled.source.resumption ? tapeLimits : boundedByBytes(tapeLimits);
    const broadcast = new Broadcast(sourceOf(this.settled), reader.place, limits, budget, this);
    this.all.push(broadcast);
    broadcast.join(reader, 0);
  }

  /** Called by broadcasts. A reader has fallen off the tape: until its outlet takes more, its place is all that is kept of it. */
  onBehind(reader: Reader): void {
    reader.home = undefined;
    if (reader.place === undefined) reader.end(tooSlow);
    else if (!reader.isBlocked) this.attach(reader);
  }

  /** Called by broadcasts. */
  onClosed(broadcast: Broadcast): void {
    const index = this.all.indexOf(broadcast);
    if (index >= 0) this.all.splice(index, 1);
  }

  /** Called by broadcasts. One that has come to a place of another's brings nothing that the other doesn't. */
  onPlace(broadcast: Broadcast, cursor: string): void {
    if (this.all.length === 1) return;
    const here = broadcast.tape.behind(cursor);
    if (here === undefined) return;
    for (const other of this.all) {
      const there = other === broadcast ? undefined : other.tape.behind(cursor);
      if (there === undefined) continue;
      const isLevel = other.now === there;
      const givesWay = isLevel && (broadcast.isLive || (!other.isLive && broadcast.readers > other.readers));
      const [from, into, shift] = givesWay ? [other, broadcast, here - there] : [broadcast, other, there - here];
      if (!from.isCarriedOnBy(into, shift)) continue;
      from.mergeInto(into, shift);
      return;
    }
  }

  /** Where a broadcast has what the reader wants next; undefined if it has not. */
  private entrance(broadcast: Broadcast, { place, seen }: Reader): number | undefined {
    if (place !== undefined) {
      const number = broadcast.tape.behind(place);
      return number !== undefined && broadcast.isReadAfter(number, seen) ? number : undefined;
    }
    // Without cursors nobody knows whether the first event tells how things are: only who was there for it may share the second.
    const isOpen = this.settled.source.resumption ? broadcast.isLive : broadcast.isFresh;
    return isOpen ? broadcast.now : undefined;
  }
}
