/** Numbers that look like chance and are the same for the same seed (xorshift32; Marsaglia, "Xorshift RNGs", 2003). */
export class Chance {
  private state: number;

  constructor(seed: number) {
    // Zero would stay zero.
    this.state = (seed | 0) || 1;
  }

  /** A whole number from 0 to below `bound`. */
  below(bound: number): number {
    this.state ^= this.state << 13;
    this.state ^= this.state >>> 17;
    this.state ^= this.state << 5;
    return (this.state >>> 0) % bound;
  }
}
