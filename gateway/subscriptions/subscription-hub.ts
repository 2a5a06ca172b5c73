import { Kind, print } from 'graphql';
import { GraphQLError } from 'graphql';
import type { GatewayLogger } from '../config';
import { clientError } from '../errors/client-errors';
import type { Caller } from '../security/caller';
import type { IdentityHeaders } from '../security/internal-identity';
import type { CurrentGraph } from '../supergraph/current-graph';
import type { ServedGraph } from '../supergraph/served-graph';
import { Broadcast } from './broadcast';
import { broadcastSource } from './broadcast-source';
import type { Outlet } from './outlet';
import { Reader } from './reader';
import type { Ending } from './reader';
import { settle } from './settle-subscription';
import type { SettledSubscription, SubscriptionRequest } from './settle-subscription';
import { TapeBudget } from './tape';
import type { TapeLimits } from './tape';

/** A client's side of its subscription. */
export interface Subscription {
  /** The outlet takes more. */
  drained(): void;
  /** The client is known by another token from now on. */
  renew(caller: Caller): void;
  leave(): void;
}

interface HubParts {
  readonly graphs: CurrentGraph;
  readonly identityHeaders: IdentityHeaders;
  readonly logger: GatewayLogger;
  /** How long it is tried to take up a subscription that its subgraph lost, in milliseconds. */
  readonly resumeForMs: number;
  /** Of one broadcast, and so of what a client can be behind without being taken up anew. */
  readonly tapeLimits: TapeLimits;
  /** Of all broadcasts together. */
  readonly maxTapeBytes: number;
}

/** Subscriptions that are equal but for where they begin, and what brings their events. */
interface Group {
  settled: SettledSubscription;
  readonly broadcasts: Broadcast[];
  readonly members: Set<Member>;
}

/** One client's subscription: what it asked for, and where it belongs. */
interface Member {
  readonly reader: Reader;
  request: SubscriptionRequest;
  group: Group | undefined;
}

const tooSlow = ending('The subscription was read more slowly than its events came, and has ended: subscribe again');
const ledElsewhere = ending('The supergraph has changed, and this subscription can\'t go on where it was: subscribe again');
const otherIdentity = ending('The new token says something else about its bearer, and this subscription can\'t go on where it was: subscribe again');
const stopping = ending('The gateway is shutting down: subscribe again');

/** Brings equal subscriptions together, and each client to where it wants to begin. */
export class SubscriptionHub {
  private readonly groups = new Map<string, Group>();
  private readonly budget: TapeBudget;
  private readonly stopListening: () => void;

  constructor(private readonly parts: HubParts) {
    this.budget = new TapeBudget(parts.maxTapeBytes);
    this.stopListening = parts.graphs.onReplaced((graph) => this.moveTo(graph));
  }

  /** Where the subscription can't begin, the outlet is told before this returns. */
  subscribe(request: SubscriptionRequest, outlet: Outlet): Subscription {
    const reader = new Reader(outlet, request.caller, () => this.exit(member));
    const member: Member = { reader, request, group: undefined };
    const settled = settle(request, this.parts.logger);
    if (settled.kind === 'settled') {
      reader.place = settled.begin;
      this.enter(member, settled);
    } else {
      reader.end(settled);
    }
    return {
      drained: () => this.drained(member),
      renew: (caller) => this.renew(member, caller),
      leave: () => this.leave(member),
    };
  }

  /** How many upstream subscriptions there are. */
  get broadcasts(): number {
    let count = 0;
    for (const { broadcasts } of this.groups.values()) count += broadcasts.length;
    return count;
  }

  /** Ends what is still open. */
  stop(): void {
    this.stopListening();
    for (const { members } of [...this.groups.values()]) for (const { reader } of [...members]) reader.end(stopping);
  }

  private enter(member: Member, settled: SettledSubscription): void {
    let group = this.groups.get(settled.key);
    if (!group) this.groups.set(settled.key, group = { settled, broadcasts: [], members: new Set() });
    group.members.add(member);
    member.group = group;
    this.attach(member.reader, group);
  }

  private exit(member: Member): void {
    const { reader, group } = member;
    const { home } = reader;
    reader.home = undefined;
    home?.leave(reader);
    member.group = undefined;
    group?.members.delete(member);
    if (group?.members.size === 0 && this.groups.get(group.settled.key) === group) this.groups.delete(group.settled.key);
  }

  /** To the broadcast that brings what is behind the reader's place, or to one of its own. */
  private attach(reader: Reader, group: Group): void {
    for (const broadcast of group.broadcasts) {
      const number = entrance(broadcast, reader, group);
      if (number !== undefined) return broadcast.join(reader, number);
    }
    const broadcast = new Broadcast(broadcastSource(group.settled, this.parts), reader.place, this.parts.tapeLimits, this.budget, {
      onPlace: (at, cursor) => meet(group, at, cursor),
      onBehind: (lost) => this.fellBehind(lost, group),
      onClosed: (closed) => void group.broadcasts.splice(group.broadcasts.indexOf(closed), 1),
    });
    group.broadcasts.push(broadcast);
    broadcast.join(reader, 0);
  }

  private fellBehind(reader: Reader, group: Group): void {
    reader.home = undefined;
    if (reader.place === undefined) reader.end(tooSlow);
    // Until its outlet takes more, its place is all that is kept of it.
    else if (!reader.isBlocked) this.attach(reader, group);
  }

  private drained({ reader, group }: Member): void {
    if (reader.isOver || !reader.isBlocked) return;
    reader.isBlocked = false;
    if (reader.home) reader.home.serve(reader);
    else if (group) this.attach(reader, group);
  }

  private leave(member: Member): void {
    if (member.reader.isOver) return;
    member.reader.isOver = true;
    this.exit(member);
  }

  private renew(member: Member, caller: Caller): void {
    const { reader, group } = member;
    if (reader.isOver) return;
    reader.caller = caller;
    member.request = { ...member.request, caller };
    const settled = settle(member.request, this.parts.logger);
    if (settled.kind !== 'settled') reader.end(settled);
    else if (settled.key !== group?.settled.key) this.move(member, settled, otherIdentity);
  }

  /** Into another group, at the same place. */
  private move(member: Member, settled: SettledSubscription, otherwise: Ending): void {
    const { reader } = member;
    if (reader.place === undefined || !settled.source.resumption) return reader.end(otherwise);
    this.exit(member);
    this.enter(member, settled);
  }

  /** Everything goes on by the plans of another graph, from where it is; what that one does not have ends. */
  private moveTo(graph: ServedGraph): void {
    for (const group of [...this.groups.values()]) {
      const moved = [...group.members].flatMap((member) => {
        const settled = this.settleOn(graph, member);
        if (settled.kind === 'settled') return [{ member, settled }];
        member.reader.end(settled);
        return [];
      });
      const [first] = moved;
      if (!first) continue;
      if (moved.every(({ settled }) => settled.key === first.settled.key)) this.replan(group, first.settled);
      else for (const { member, settled } of moved) this.move(member, settled, ledElsewhere);
    }
  }

  private settleOn(graph: ServedGraph, member: Member): SettledSubscription | Ending {
    const { prepared } = member.request;
    const { operation, fragments } = prepared;
    const document = graph.documents.open(print({ kind: Kind.DOCUMENT, definitions: [operation, ...fragments.values()] }));
    if (document.kind === 'invalid') return { kind: 'error', errors: document.errors };
    const again = document.select(operation.name?.value);
    if (again instanceof GraphQLError) return { kind: 'error', errors: [again] };
    // It goes on from where it is, wherever it began.
    member.request = { ...member.request, graph, prepared: again, cursor: undefined };
    return settle(member.request, this.parts.logger);
  }

  private replan(group: Group, settled: SettledSubscription): void {
    const before = group.settled;
    const isSame = before.graph.transports.get(before.source.subgraph) === settled.graph.transports.get(settled.source.subgraph)
      && before.source.operation.query === settled.source.operation.query && before.source.resumption?.operation.query === settled.source.resumption?.operation.query;
    if (this.groups.get(before.key) === group) this.groups.delete(before.key);
    group.settled = settled;
    // Where another group has the key already, this one goes on beside it until it is empty.
    if (!this.groups.has(settled.key)) this.groups.set(settled.key, group);
    const source = broadcastSource(settled, this.parts);
    for (const broadcast of [...group.broadcasts]) {
      if (isSame) broadcast.resolveWith(source);
      else if (!settled.source.resumption || !broadcast.goOnWith(source)) broadcast.end(ledElsewhere);
    }
  }
}

/** Where a broadcast has what the reader wants next; undefined if it has not. */
function entrance(broadcast: Broadcast, { place }: Reader, { settled }: Group): number | undefined {
  if (place !== undefined) return broadcast.tape.behind(place);
  // Without cursors nobody knows whether the first event tells how things are: only who was there for it may share the second.
  const isOpen = settled.source.resumption ? broadcast.isLive : broadcast.isFresh;
  return isOpen ? broadcast.now : undefined;
}

/** A broadcast that has come to a place of another's brings nothing that the other doesn't. */
function meet({ broadcasts }: Group, broadcast: Broadcast, cursor: string): void {
  const here = broadcast.tape.behind(cursor);
  if (here === undefined) return;
  for (const other of broadcasts) {
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

function ending(message: string): Ending {
  return { kind: 'error', errors: [clientError('UNAVAILABLE', message)] };
}
