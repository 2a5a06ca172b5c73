interface BufferLimits {
  /** For one client, in bytes and in results. */
  readonly maxBufferedBytes: number;
  readonly maxBufferedMessages: number;
  /** For all of them together, in bytes. */
  readonly maxBufferedBytesInAll: number;
}

/** The least that may wait for one client, however many there are. */
const leastBufferedBytes = 16 * 1024;

/** What may wait to be sent to a client, over whichever transport: an equal share of what may wait for all of them. */
export class ClientBuffers {
  private clients = 0;

  constructor(private readonly limits: BufferLimits) {}

  /** To be called for each client that comes, and once when it leaves. */
  opened(): void {
    this.clients += 1;
  }

  closed(): void {
    this.clients -= 1;
  }

  get maxBytes(): number {
    const { maxBufferedBytes, maxBufferedBytesInAll } = this.limits;
    return Math.max(leastBufferedBytes, Math.min(maxBufferedBytes, maxBufferedBytesInAll / this.clients));
  }

  get maxMessages(): number {
    return this.limits.maxBufferedMessages;
  }
}
