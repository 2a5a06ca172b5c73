import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Caller } from '../security/caller';
import type { SubgraphMessage, SubgraphResult } from '../transport/subgraph-transport';
import { isPosition } from '../transport/subgraph-transport';
import { Delivery } from './delivery';
import { OrderedWork } from './ordered-work';
import type { Ending, Reader } from './reader';
import { Readers } from './readers';
import { Tape } from './tape';
import type { TapeBudget, TapeLimits } from './tape';

/** Where a broadcast's events come from, and what is made of them. */
export interface BroadcastSource {
  /** What is worked with stays usable until the returned function is called. */
  hold(): () => void;
  /** The events behind `place`, or from now on. `onBegin` is called before each attempt to get them, with the place that it begins at. */
  open(place: string | undefined, caller: Caller, signal: AbortSignal, onBegin: (place: unknown) => void): AsyncIterableIterator<SubgraphMessage>;
  /** The result of an event as JSON; a promise only where something is read beside it. Fills `touched` with the entities that were read. Never fails. */
  resolve(event: SubgraphResult, caller: Caller, signal: AbortSignal, touched: Set<string>): string | Promise<string>;
  cursorOf(event: SubgraphResult): string | undefined;
  /** What a client is told of a failure. `slow`: for whom its events have waited most. */
  explain(errors: readonly unknown[], slow?: 'client' | 'join'): Ending;
}

interface BroadcastHooks {
  /** It has come to a place, which may lie on the tape of another. */
  onPlace(broadcast: Broadcast, cursor: string): void;
  /** A reader has fallen off the tape. */
  onBehind(reader: Reader): void;
  /** Nobody can join it any more. */
  onClosed(broadcast: Broadcast): void;
}

/** Readers that are served in one turn of the event loop. */
const servedAtOnce = 1_000;

type Phase =
  | { readonly kind: 'open' }
  /** What its readers still have to get is on the tape. */
  | { readonly kind: 'ended'; readonly ending: Ending }
  /** Another broadcast has all that this one would bring: its result `number` is that one's `number + shift`. */
  | { readonly kind: 'merged'; readonly into: Broadcast; readonly shift: number };

/**
 * One upstream subscription for any number of readers. It goes as fast as the fastest of them: it asks for the next event only when there is a reader who
 * has taken all the others. Those behind catch up from the tape, and who falls off it is handed to `onBehind`.
 */
export class Broadcast {
  readonly tape: Tape;
  /** Events that have come from upstream; those that are being resolved are not on the tape yet. */
  private pulled = 0;
  /** When it was begun to resolve each of those. */
  private readonly begun: number[] = [];
  /** When the last of what its readers were told was read. */
  private seen = 0;
  private readonly audience = new Readers();
  private phase: Phase = { kind: 'open' };
  private readonly work = new OrderedWork<string>((error) => this.end(this.source.explain([error])));
  private run = new AbortController();
  /** Aborted when nobody waits for anything of it any more. */
  private readonly life = new AbortController();
  /** Behind the last event that came. */
  private place: string | undefined;

  /** `begin`: the place that it begins behind; undefined for now. */
  constructor(private source: BroadcastSource, private readonly begin: string | undefined, limits: TapeLimits, budget: TapeBudget, private readonly hooks: BroadcastHooks) {
    this.tape = new Tape(limits, budget);
    this.place = begin;
    if (begin !== undefined) this.tape.notePosition(begin, 0);
  }

  get readers(): number {
    return this.audience.size;
  }

  /** True while what comes next is what happens next, as far as it knows. */
  get isLive(): boolean {
    return this.begin === undefined && !this.audience.isHeldBack;
  }

  /** No event has come yet: whoever joins gets all of it. */
  get isFresh(): boolean {
    return this.pulled === 0;
  }

  /** The number of the next event that comes. */
  get now(): number {
    return this.pulled;
  }

  /** Lets a reader in at the result `number`, which must not have left the tape. */
  join(reader: Reader, number: number): void {
    const isFirst = this.readers === 0 && this.pulled === 0;
    reader.at = number;
    reader.home = this;
    this.seen = Math.max(this.seen, reader.seen);
    const place = this.tape.placeAt(number);
    if (place !== undefined && place !== reader.place) reader.tell(place);
    this.audience.add(reader);
    this.serve(reader);
    if (isFirst && this.phase.kind === 'open') void this.follow(this.begin);
  }

  leave(reader: Reader): void {
    this.audience.delete(reader);
    this.closeIfEmpty();
  }

  /** Its outlet takes more, or it may have become another's. */
  serve(reader: Reader): void {
    while (!reader.isBlocked && !reader.isOver) {
      const delivery = this.tape.at(reader.at);
      if (!delivery) break;
      reader.take(delivery);
    }
    if (reader.isBlocked || reader.isOver) return;
    if (this.phase.kind === 'open') {
      this.audience.caughtUp(reader);
    } else {
      this.leave(reader);
      if (this.phase.kind === 'ended') reader.end(this.phase.ending);
      else this.phase.into.welcome(reader, reader.at + this.phase.shift);
    }
  }

  /** Whether the result `number`, and so all behind it, was or will be read after `time`: else an entity could go back for a reader who was told of it then. */
  isReadAfter(number: number, time: number): boolean {
    if (number >= this.pulled) return true;
    const begun = this.tape.at(number)?.begun ?? this.begun[number - this.tape.next];
    return begun !== undefined && begun > time;
  }

  /** Whether another broadcast can go on with what this one has not handed on yet; its result `number` is that one's `number + shift`. */
  isCarriedOnBy(other: Broadcast, shift: number): boolean {
    const number = this.tape.next + shift;
    return number >= other.tape.first && other.isReadAfter(number, this.seen);
  }

  /** Another broadcast brings what this one would: its readers go there, now or when they have read this tape. */
  mergeInto(into: Broadcast, shift: number): void {
    if (this.phase.kind !== 'open') return;
    this.close({ kind: 'merged', into, shift });
    for (const reader of this.audience.all()) {
      if (reader.at + shift >= into.tape.first) {
        this.audience.delete(reader);
        into.join(reader, reader.at + shift);
      } else {
        this.audience.fellBehind(reader);
        this.serve(reader);
      }
    }
    this.closeIfEmpty();
  }

  /** What comes from now on is resolved in another way. */
  resolveWith(source: BroadcastSource): void {
    this.source = source;
  }

  /** From now on events come from another source, behind the last that came. False where that one's place is not known. */
  goOnWith(source: BroadcastSource): boolean {
    if (this.place === undefined) return false;
    this.source = source;
    this.run.abort();
    this.audience.awaken();
    this.run = new AbortController();
    void this.follow(this.place);
    return true;
  }

  /** Its readers get what is on the tape, and are then told. */
  end(ending: Ending): void {
    if (this.phase.kind !== 'open') return;
    this.close({ kind: 'ended', ending });
    for (const reader of this.audience.all()) this.serve(reader);
  }

  private welcome(reader: Reader, number: number): void {
    if (this.phase.kind === 'merged') return this.phase.into.welcome(reader, number + this.phase.shift);
    if (number < this.tape.first || this.phase.kind === 'ended') return this.hooks.onBehind(reader);
    this.join(reader, number);
  }

  private async follow(place: string | undefined): Promise<void> {
    const { run: { signal }, work, audience } = this;
    let isKnown = false;
    // In milliseconds; what waits for readers counts here as well.
    let waitedForWork = 0;
    const letGo = this.source.hold();
    const upstream = this.source.open(place, audience.caller(), signal, (begin) => { isKnown = typeof begin === 'string'; });
    try {
      for (;;) {
        if (!work.hasRoom) {
          const since = performance.now();
          await work.room();
          waitedForWork += performance.now() - since;
        }
        if (audience.waiting.size === 0) await audience.demand(signal);
        if (signal.aborted) return;
        const step = await upstream.next();
        if (signal.aborted) return;
        if (step.done) break;
        const message = step.value;
        if (isPosition(message)) {
          this.passed(message.position);
          continue;
        }
        if (message.data === undefined) {
          const ending = this.source.explain(message.errors ?? []);
          work.then(() => this.end(ending));
          return;
        }
        const cursor = this.source.cursorOf(message);
        // A subgraph that was asked to go on behind a place may still bring what lies before it.
        isKnown &&= cursor !== undefined && this.tape.behind(cursor) !== undefined;
        if (!isKnown) this.came(message, cursor);
      }
      work.then(() => this.end({ kind: 'complete' }));
    } catch (error) {
      if (signal.aborted) return;
      const slow = audience.heldBackMs > waitedForWork / 2 ? 'client' : 'join';
      work.then(() => this.end(this.source.explain([error], slow)));
    } finally {
      await upstream.return?.();
      letGo();
    }
  }

  private came(event: SubgraphResult, cursor: string | undefined): void {
    const number = this.pulled;
    this.pulled += 1;
    this.place = cursor;
    if (cursor !== undefined) this.tape.noteCursor(cursor, number);
    const { source } = this;
    const begun = performance.now();
    this.begun.push(begun);
    this.work.push(
      (touched) => source.resolve(event, this.audience.caller(), this.life.signal, touched),
      (text) => this.broadcast(new Delivery(text, cursor, begun, performance.now()), number),
    );
    if (cursor !== undefined && this.phase.kind === 'open') this.hooks.onPlace(this, cursor);
  }

  private passed(position: string): void {
    const number = this.pulled;
    this.place = position;
    this.tape.notePosition(position, number);
    this.work.then(() => {
      for (const reader of this.audience.waiting) if (reader.at === number) reader.tell(position);
    });
    this.hooks.onPlace(this, position);
  }

  /** At once, if there are not too many readers for one turn of the event loop. */
  private broadcast(delivery: Delivery, number: number): Promise<void> | void {
    if (this.phase.kind !== 'open') return undefined;
    // What was resolved ahead waits here, so that nobody falls behind who is as far as anybody.
    const { waiting, behind } = this.audience;
    if (waiting.size === 0) return this.audience.demand(this.life.signal).then(() => this.broadcast(delivery, number));
    this.tape.append(delivery, behind.size > 0);
    this.begun.shift();
    this.seen = Math.max(this.seen, delivery.ended);
    for (const reader of behind) if (reader.at < this.tape.first) this.lose(reader);
    return this.handOut(delivery, number, waiting.values());
  }

  private handOut(delivery: Delivery, number: number, readers: IterableIterator<Reader>): Promise<void> | void {
    let served = 0;
    for (const reader of readers) {
      if (reader.at !== number) {
        // Those who came since then begin later, and hear where.
        if (reader.at === number + 1 && delivery.cursor !== undefined && reader.place === undefined) reader.tell(delivery.cursor);
        continue;
      }
      reader.take(delivery);
      if (reader.isBlocked) this.audience.fellBehind(reader);
      served += 1;
      if (served === servedAtOnce) return nextTurn().then(() => this.handOut(delivery, number, readers));
    }
    if (delivery.cursor !== undefined) this.hooks.onPlace(this, delivery.cursor);
    return undefined;
  }

  private lose(reader: Reader): void {
    this.audience.delete(reader);
    this.hooks.onBehind(reader);
  }

  private closeIfEmpty(): void {
    if (this.audience.size > 0) return;
    if (this.phase.kind === 'open') this.close({ kind: 'ended', ending: { kind: 'complete' } });
    this.tape.discard();
  }

  private close(phase: Phase): void {
    this.phase = phase;
    this.run.abort();
    this.life.abort();
    this.audience.awaken();
    this.hooks.onClosed(this);
  }
}
