/** Choices from a seeded source. */
export class RandomSource {
  constructor(private readonly integer: (min: number, max: number) => number) {}

  /** From 0 up to and without `bound`. */
  below(bound: number): number {
    return bound <= 1 ? 0 : this.integer(0, bound - 1);
  }

  chance(percent: number): boolean {
    return this.below(100) < percent;
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error('There is nothing to choose from');
    return item;
  }
}
