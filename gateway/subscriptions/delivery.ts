import { utf8Of } from './utf8';

/** One result on its way to many: encoded once for each form that it is sent in, whoever gets it. */
export class Delivery {
  /** Of `text` as UTF-8, in bytes. */
  readonly size: number;
  private encoded: string | undefined;
  private copied: Buffer | undefined;

  /**
   * `text`: the result as JSON. `cursor`: the place behind it, where its event tells one. `begun` and `ended`: between when what stands beside the
   * event was read, in milliseconds as performance.now() has them.
   */
  constructor(readonly text: string, readonly cursor: string | undefined, readonly begun = 0, readonly ended = 0) {
    this.size = Buffer.byteLength(text);
  }

  /** To be put together with what is each client's own: see {@link utf8Of}. */
  get utf8(): string {
    return this.encoded ??= this.size === this.text.length ? this.text : utf8Of(this.text);
  }

  /** To be sent as it is. */
  get bytes(): Buffer {
    return this.copied ??= Buffer.from(this.text);
  }
}
