/** Something that has a place which its reader may not know of. */
interface Placed {
  tellPlace(): void;
}

/**
 * Lets everybody who follows a feed tell their place from time to time, all in one turn of the event loop: so what they tell goes out in few messages, and
 * one timer serves them all.
 */
export class PositionRounds {
  readonly #following = new Set<Placed>();
  #timer: NodeJS.Timeout | undefined;

  /** @param everyMs Milliseconds from one round to the next. */
  constructor(private readonly everyMs: number) {}

  join(placed: Placed): void {
    this.#following.add(placed);
    this.#timer ??= setInterval(() => this.#round(), this.everyMs).unref();
  }

  leave(placed: Placed): void {
    this.#following.delete(placed);
    if (this.#following.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #round(): void {
    for (const placed of this.#following) placed.tellPlace();
  }
}
