/** One result on its way to many: made into bytes once, whoever gets it. */
export class Delivery {
  private encoded: Buffer | undefined;

  /** `text`: the result as JSON. `cursor`: the place behind it, where its event tells one. */
  constructor(readonly text: string, readonly cursor: string | undefined) {}

  get bytes(): Buffer {
    return this.encoded ??= Buffer.from(this.text);
  }
}
