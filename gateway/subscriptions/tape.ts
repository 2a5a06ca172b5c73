import type { Delivery } from './delivery';

/** Results that all tapes of a process keep though everybody has had them: with many tapes, to collect what each kept for longer would cost more than to read it again. */
const keptUnwantedInAll = 512;
/** The most of them that one tape keeps. */
const keptUnwanted = 8;

/** What all tapes of a process hold together. */
export class TapeBudget {
  /** In bytes. */
  used = 0;
  tapes = 0;

  constructor(readonly maxBytes: number) {}

  /** How many results each tape may keep though everybody has had them. */
  get unwantedOfEach(): number {
    return Math.min(keptUnwanted, Math.max(1, Math.floor(keptUnwantedInAll / this.tapes)));
  }
}

export interface TapeLimits {
  readonly maxMessages: number;
  readonly maxBytes: number;
}

/** Positions remembered beside the events' own cursors. */
const keptPositions = 16;

/**
 * The last results of one broadcast, numbered from 0 as they came from upstream, and the places between them. Whoever is behind by no more than it
 * holds catches up from here.
 */
export class Tape {
  /** Of the oldest result that is held. */
  first = 0;
  private readonly held: Delivery[] = [];
  private readonly numbers = new Map<string, number>();
  private positions: { readonly cursor: string; readonly number: number }[] = [];
  private lastTrimmed: string | undefined;
  private bytes = 0;
  private isDiscarded = false;

  constructor(private readonly limits: TapeLimits, private readonly budget: TapeBudget) {
    budget.tapes += 1;
  }

  /** Of the result that is appended next. */
  get next(): number {
    return this.first + this.held.length;
  }

  at(number: number): Delivery | undefined {
    return this.held[number - this.first];
  }

  /** The number of the first result behind a place; undefined for a place that is not known (any more). It may not have been appended yet. */
  behind(cursor: string): number | undefined {
    const number = this.numbers.get(cursor);
    return number !== undefined && number >= this.first ? number : undefined;
  }

  /** Notes the place before the result `number`, which may still have to be appended. */
  notePosition(cursor: string, number: number): void {
    const last = this.positions.at(-1);
    // Where nothing happens the same place is told again and again.
    if (last?.cursor === cursor && last.number === number) return;
    this.positions.push({ cursor, number });
    this.numbers.set(cursor, number);
    while (this.positions.length > keptPositions) this.forgetPosition();
  }

  /** Notes the cursor of the result `number` before that is appended. */
  noteCursor(cursor: string, number: number): void {
    this.numbers.set(cursor, number + 1);
  }

  /** The last place told before the result `number`, as far as it is told exactly there. */
  placeAt(number: number): string | undefined {
    const position = this.positions.findLast((told) => told.number === number);
    if (position) return position.cursor;
    return number === this.first ? this.lastTrimmed : this.at(number - 1)?.cursor;
  }

  /** Lets go of the oldest results as its bounds demand. `isWanted`: somebody is behind; else only the last few are kept, for whoever has just lost a connection. */
  append(delivery: Delivery, isWanted = true): void {
    this.held.push(delivery);
    this.account(delivery.size);
    const { maxBytes } = this.limits;
    const maxMessages = isWanted ? this.limits.maxMessages : Math.min(this.budget.unwantedOfEach, this.limits.maxMessages);
    // The newest stays whatever its size: it has to be read from somewhere.
    while (this.held.length > 1 && (this.held.length > maxMessages || this.bytes > maxBytes || this.budget.used > this.budget.maxBytes)) this.trim();
  }

  /** Nothing can be read from it any more. */
  discard(): void {
    if (!this.isDiscarded) this.budget.tapes -= 1;
    this.isDiscarded = true;
    this.account(-this.bytes);
    this.held.length = 0;
    this.numbers.clear();
  }

  private trim(): void {
    const [oldest] = this.held.splice(0, 1);
    if (!oldest) return;
    this.account(-oldest.size);
    this.first += 1;
    // The place behind the one that goes is where the next one begins, so it is kept for one step longer.
    if (this.lastTrimmed !== undefined) this.numbers.delete(this.lastTrimmed);
    this.lastTrimmed = oldest.cursor;
    while (this.positions[0] && this.positions[0].number < this.first) this.forgetPosition();
  }

  private forgetPosition(): void {
    const [oldest] = this.positions.splice(0, 1);
    // An event's own cursor may be the same text, and stays.
    if (oldest && this.at(oldest.number - 1)?.cursor !== oldest.cursor) this.numbers.delete(oldest.cursor);
  }

  private account(bytes: number): void {
    this.bytes += bytes;
    this.budget.used += bytes;
  }
}
