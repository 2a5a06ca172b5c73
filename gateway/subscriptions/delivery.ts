/** One result on its way to many: made into bytes once, whoever gets it. */
export class Delivery {
  private encoded: Buffer | undefined;

  /**
   * `text`: the result as JSON. `cursor`: the place behind it, where its event tells one. `begun` and `ended`: between when what stands beside the
   * event was read, in milliseconds as performance.now() has them.
   */
  constructor(readonly text: string, readonly cursor: string | undefined, readonly begun = 0, readonly ended = 0) {}

  get bytes(): Buffer {
    return this.encoded ??= Buffer.from(this.text);
  }
}
