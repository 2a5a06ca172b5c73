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

  /** Resolves when there is room for more. */
  async room(): Promise<void> {
    while (this.inHand >= this.ahead) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  /** `resolve` fills `touched` with what it reads, and must not reject; `handOn` is called in turn. */
  push(resolve: (touched: Set<string>) => Promise<Result>, handOn: (result: Result) => Promise<void>): void {
    const touched = new Set<string>();
    this.inHand += 1;
    const work: Work<Result> = { touched, begun: this.clock += 1, result: resolve(touched), again: resolve };
    this.then(async () => {
      try {
        await handOn(await this.settle(work));
      } finally {
        this.inHand -= 1;
        for (const go of this.waiting.splice(0)) go();
      }
    });
  }

  /** Something that needs no work, in its turn. */
  then(step: () => Promise<void> | void): void {
    this.tail = this.tail.then(step);
  }

  /** Resolves when everything pushed so far was handed on; rejects if that failed. */
  done(): Promise<void> {
    return this.tail;
  }

  private async settle({ touched, begun, result, again }: Work<Result>): Promise<Result> {
    let settledResult = await result;
    let seen: ReadonlySet<string> = touched;
    if (this.settled.some((earlier) => earlier.ended > begun && meet(earlier.touched, touched))) {
      const fresh = new Set<string>();
      settledResult = await again(fresh);
      seen = fresh;
      this.ahead = Math.max(1, this.ahead >> 1);
    } else if (this.ahead < mostAhead) {
      this.ahead += 1;
    }
    if (seen.size > 0) {
      this.settled.push({ touched: seen, ended: this.clock += 1 });
      if (this.settled.length > mostAhead) this.settled.shift();
    }
    return settledResult;
  }
}

function meet(some: ReadonlySet<string>, others: ReadonlySet<string>): boolean {
  return [...some].some((key) => others.has(key));
}
