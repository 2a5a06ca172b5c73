/** How many events of one subscription are resolved side by side. */
const mostAhead = 8;

interface Work<Result> {
  readonly touched: Set<string>;
  readonly begun: number;
  readonly again: (touched: Set<string>) => Result | Promise<Result>;
  readonly handOn: (result: Result) => Promise<void> | void;
}

type Step = () => Promise<void> | void;

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
  /** Steps that were given and are not over, the one that is being taken included. */
  private steps = 0;
  /** Fewer where events keep meeting in the same entities: what is done ahead is then done in vain. */
  private ahead = mostAhead;
  /** What the step that is just beginning gives to be done behind it. */
  private given: Step[] | undefined;
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

  /** `resolve` fills `touched` with what it reads, and must not fail; `handOn` is called in turn, which is at once where nothing is waited for. */
  push(resolve: (touched: Set<string>) => Result | Promise<Result>, handOn: (result: Result) => Promise<void> | void): void {
    const touched = new Set<string>();
    const work: Work<Result> = { touched, begun: this.clock += 1, again: resolve, handOn };
    const result = resolve(touched);
    this.inHand += 1;
    this.then(() => this.take(work, result));
  }

  /** Something that needs no work, in its turn. */
  then(step: Step): void {
    this.steps += 1;
    if (this.steps > 1) return this.given ? void this.given.push(step) : this.follow(this.tail.then(step));
    const given: Step[] = this.given = [];
    const taken = this.begin(step);
    this.given = undefined;
    if (taken) this.follow(taken);
    else this.steps -= 1;
    for (const next of given) this.follow(this.tail.then(next));
  }

  /** Resolves when everything pushed so far was handed on. */
  done(): Promise<void> {
    return this.tail;
  }

  private follow(step: Promise<void>): void {
    this.tail = step.catch(this.onFailure).then(this.stepTaken);
  }

  private begin(step: Step): Promise<void> | void {
    try {
      return step();
    } catch (error) {
      this.onFailure(error);
    }
  }

  private take(work: Work<Result>, result: Result | Promise<Result>): Promise<void> | void {
    let handedOn: Promise<void> | void = undefined;
    try {
      const settled = result instanceof Promise ? result.then((late) => this.settle(work, late)) : this.settle(work, result);
      handedOn = settled instanceof Promise ? settled.then(work.handOn) : work.handOn(settled);
    } finally {
      if (!handedOn) this.release();
    }
    return handedOn?.finally(this.release);
  }

  private readonly release = (): void => {
    this.inHand -= 1;
    if (this.waiting.length > 0) for (const go of this.waiting.splice(0)) go();
  };

  private readonly stepTaken = (): void => { this.steps -= 1; };

  private settle({ touched, begun, again }: Work<Result>, result: Result): Result | Promise<Result> {
    if (this.settled.some((earlier) => earlier.ended > begun && meet(earlier.touched, touched))) {
      this.ahead = Math.max(1, this.ahead >> 1);
      const fresh = new Set<string>();
      return Promise.resolve(again(fresh)).then((anew) => {
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
