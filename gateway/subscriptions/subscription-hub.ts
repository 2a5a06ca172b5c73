import { GraphQLError, Kind, print } from 'graphql';
import type { ErrorPresenter } from '../errors/error-presenter';
import { PreparedOperation } from '../planning/prepared-operation';
import type { Caller } from '../security/caller';
import type { IdentityHeaders } from '../security/internal-identity';
import type { CurrentGraph } from '../supergraph/current-graph';
import type { ServedGraph } from '../supergraph/served-graph';
import { broadcastSource } from './broadcast-source';
import type { Outlet } from './outlet';
import type { Ending } from './reader';
import { settle } from './settle-subscription';
import type { SettledSubscription, SubscriptionRequest } from './settle-subscription';
import { Member, SubscriptionGroup, tryAgain } from './subscription-group';
import type { GroupParts } from './subscription-group';
import { TapeBudget } from './tape';
import type { TapeLimits } from './tape';

interface HubParts {
  readonly graphs: CurrentGraph;
  readonly identityHeaders: IdentityHeaders;
  readonly presentErrors: ErrorPresenter;
  /** How long it is tried to take up a subscription that its subgraph lost, in milliseconds. */
  readonly resumeForMs: number;
  /** Of one broadcast, and so of what a client can be behind without being taken up anew. */
  readonly tapeLimits: TapeLimits;
  /** Of all broadcasts together. */
  readonly maxTapeBytes: number;
}

const ledElsewhere = tryAgain('The supergraph has changed, and this subscription can\'t go on where it was: subscribe again');
const otherIdentity = tryAgain('The new token says something else about its bearer, and this subscription can\'t go on where it was: subscribe again');
const stopping = tryAgain('The gateway is shutting down: subscribe again');

/** Brings equal subscriptions together, and keeps them together when tokens and supergraphs change. */
export class SubscriptionHub {
  /** Those that newcomers may enter, by their keys. */
  private readonly groups = new Map<string, SubscriptionGroup>();
  private readonly all = new Set<SubscriptionGroup>();
  private readonly groupParts: GroupParts;
  private readonly stopListening: () => void;

  constructor(private readonly parts: HubParts) {
    this.groupParts = {
      tapeLimits: parts.tapeLimits,
      budget: new TapeBudget(parts.maxTapeBytes),
      sourceOf: (settled) => broadcastSource(settled, parts),
      onEmpty: (group) => this.forget(group),
    };
    this.stopListening = parts.graphs.onReplaced((graph) => this.moveTo(graph));
  }

  /** Where the subscription can't begin, the outlet is told before this returns. */
  subscribe(request: SubscriptionRequest, outlet: Outlet): Member {
    const member = new Member(outlet, request);
    const settled = settle(request, this.parts.presentErrors);
    if (settled.kind === 'settled') {
      member.place = settled.begin;
      this.enter(member, settled);
    } else {
      member.end(settled);
    }
    return member;
  }

  /** The member's outlet takes more. */
  drained(member: Member): void {
    if (member.isOver || !member.isBlocked) return;
    member.isBlocked = false;
    if (member.home) member.home.serve(member);
    else member.group?.attach(member);
  }

  /** The client wants no more. */
  leave(member: Member): void {
    if (member.isOver) return;
    member.isOver = true;
    member.group?.exit(member);
  }

  /** The client is known by another token from now on. */
  renew(member: Member, caller: Caller): void {
    if (member.isOver) return;
    member.caller = caller;
    member.request = { ...member.request, caller };
    const settled = settle(member.request, this.parts.presentErrors);
    if (settled.kind !== 'settled') member.end(settled);
    else if (settled.key !== member.group?.settled.key) this.move(member, settled, otherIdentity);
  }

  /** How many upstream subscriptions there are. */
  get broadcasts(): number {
    let count = 0;
    for (const { broadcasts } of this.all) count += broadcasts.length;
    return count;
  }

  /** Ends what is still open. */
  stop(): void {
    this.stopListening();
    for (const { members } of [...this.all]) for (const member of [...members]) member.end(stopping);
  }

  private enter(member: Member, settled: SettledSubscription): void {
    let group = this.groups.get(settled.key);
    if (!group) {
      this.groups.set(settled.key, group = new SubscriptionGroup(settled, this.groupParts));
      this.all.add(group);
    }
    group.enter(member);
  }

  private forget(group: SubscriptionGroup): void {
    this.all.delete(group);
    if (this.groups.get(group.settled.key) === group) this.groups.delete(group.settled.key);
  }

  /** Into another group, at the same place. */
  private move(member: Member, settled: SettledSubscription, otherwise: Ending): void {
    if (member.place === undefined || !settled.source.resumption) return member.end(otherwise);
    member.group?.exit(member);
    this.enter(member, settled);
  }

  /** Everything goes on by the plans of another graph, from where it is; what that one does not have ends. */
  private moveTo(graph: ServedGraph): void {
    const again = new Map<PreparedOperation, PreparedOperation | Ending>();
    // Nobody enters one that has still to be moved, which may be into several.
    this.groups.clear();
    for (const group of [...this.all]) {
      const moved = [...group.members].flatMap((member) => {
        const settled = this.settleOn(graph, member, again);
        if (settled.kind === 'settled') return [{ member, settled }];
        member.end(settled);
        return [];
      });
      const [first] = moved;
      if (!first) continue;
      if (moved.every(({ settled }) => settled.key === first.settled.key)) this.replan(group, first.settled);
      else for (const { member, settled } of moved) this.move(member, settled, ledElsewhere);
    }
  }

  /** `again`: what was prepared anew already, since many ask for the same. */
  private settleOn(graph: ServedGraph, member: Member, again: Map<PreparedOperation, PreparedOperation | Ending>): SettledSubscription | Ending {
    const { request } = member;
    let prepared = again.get(request.prepared);
    if (!prepared) again.set(request.prepared, prepared = prepareAgain(graph, request.prepared));
    if (!(prepared instanceof PreparedOperation)) return prepared;
    // It goes on from where it is, wherever it began.
    member.request = { ...request, graph, prepared, cursor: undefined };
    return settle(member.request, this.parts.presentErrors);
  }

  private replan(group: SubscriptionGroup, settled: SettledSubscription): void {
    const { settled: before } = group;
    group.settled = settled;
    // Where another group has the key already, this one goes on beside it until it is empty.
    if (!this.groups.has(settled.key)) this.groups.set(settled.key, group);
    const source = broadcastSource(settled, this.parts);
    for (const broadcast of [...group.broadcasts]) {
      if (comesTheSameWay(before, settled)) broadcast.resolveWith(source);
      else if (!settled.source.resumption || !broadcast.goOnWith(source)) broadcast.end(ledElsewhere);
    }
  }
}

function prepareAgain(graph: ServedGraph, { operation, fragments }: PreparedOperation): PreparedOperation | Ending {
  const document = graph.documents.open(print({ kind: Kind.DOCUMENT, definitions: [operation, ...fragments.values()] }));
  if (document.kind === 'invalid') return { kind: 'error', errors: document.errors };
  const prepared = document.select(operation.name?.value);
  return prepared instanceof GraphQLError ? { kind: 'error', errors: [prepared] } : prepared;
}

/** Whether both have their events from one subgraph at one address, by one operation. */
function comesTheSameWay(one: SettledSubscription, other: SettledSubscription): boolean {
  const [{ source: from, graph }, { source: to, graph: next }] = [one, other];
  return graph.transports.get(from.subgraph) === next.transports.get(to.subgraph)
    && from.operation.query === to.operation.query
    && from.resumption?.operation.query === to.resumption?.operation.query;
}
