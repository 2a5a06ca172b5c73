/** How many events of one subscription are resolved side by side. */
const mostAhead = 8;

interface Work<Result> {
  readonly touched: Set<string>;
  readonly begun: number;
  readonly result: Promise<Result>;
  readonly again: (touched: Set<string>) => Promise<Result>;
}

interface Settled {
  readonly touched: ReadonlySet<string>;
  readonly ended: number;
}

/**
 * Resolves events side by side and hands on their results in order, as if each had been resolved after the one before it: what was read about an entity
 * while an earlier event with the same entity was still being resolved may be older than what that one got to see, and is read again.
 */
export class OrderedWork<Result> {
  private clock = 0;
  private tail: Promise<void> = Promise.resolve();
  private inHand = 0;
  /** Fewer where events keep meeting in the same entities: what is done ahead is then done in vain. */
  private ahead = mostAhead;
  private readonly settled: Settled[] = [];
  private waiting: (() => void)[] = [];

  /** `onFailure` is told what a step threw; those behind it are taken all the same. */
  constructor(private readonly onFailure: (error: unknown) => void) {}

  get hasRoom(): boolean {
    return this.inHand < this.ahead;
  }

  /** Resolves when there is room for more. */
  async room(): Promise<void> {
    while (!this.hasRoom) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  /** `resolve` fills `touched` with what it reads, and must not reject; `handOn` is called in turn. */
  push(resolve: (touched: Set<string>) => Promise<Result>, handOn: (result: Result) => Promise<void> | void): void {
    const touched = new Set<string>();
    this.inHand += 1;
    const work: Work<Result> = { touched, begun: this.clock += 1, result: resolve(touched), again: resolve };
    this.then(() => this.take(work, handOn));
  }

  /** Something that needs no work, in its turn. */
  then(step: () => Promise<void> | void): void {
    this.tail = this.tail.then(step).catch(this.onFailure);
  }

  /** Resolves when everything pushed so far was handed on. */
  done(): Promise<void> {
    return this.tail;
  }

  private async take(work: Work<Result>, handOn: (result: Result) => Promise<void> | void): Promise<void> {
    try {
      const result = this.settle(work, await work.result);
      const handedOn = handOn(result instanceof Promise ? await result : result);
      // What is handed on at once costs no turn.
      if (handedOn) await handedOn;
    } finally {
      this.inHand -= 1;
      if (this.waiting.length > 0) for (const go of this.waiting.splice(0)) go();
    }
  }

  private settle({ touched, begun, again }: Work<Result>, result: Result): Result | Promise<Result> {
    if (this.settled.some((earlier) => earlier.ended > begun && meet(earlier.touched, touched))) {
      this.ahead = Math.max(1, this.ahead >> 1);
      const fresh = new Set<string>();
      return again(fresh).then((anew) => {
        this.note(fresh);
        return anew;
      });
    }
    if (this.ahead < mostAhead) this.ahead += 1;
    this.note(touched);
    return result;
  }

  private note(touched: ReadonlySet<string>): void {
    if (touched.size === 0) return;
    this.settled.push({ touched, ended: this.clock += 1 });
    if (this.settled.length > mostAhead) this.settled.shift();
  }
}

function meet(some: ReadonlySet<string>, others: ReadonlySet<string>): boolean {
  for (const key of some) if (others.has(key)) return true;
  return false;
}
