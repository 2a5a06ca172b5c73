/** A record is bigger than its topic takes: it will not fit the next time either. */
export class RecordTooLargeError extends Error {
  override readonly name = 'RecordTooLargeError';

  /** @param bytes of key, headers and value, as Kafka counts them. */
  constructor(
    readonly topic: string,
    readonly bytes: number,
    readonly limit: number,
  ) {
    super(`A record of ${bytes} bytes is too large for ${topic}, which takes ${limit}`);
  }
}
