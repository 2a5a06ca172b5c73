import type { GraphQLError } from 'graphql';
import { clientError } from '../errors/client-errors';

interface UnreadLimits {
  /** For all clients together. */
  readonly maxUnreadResponseBytes: number;
  readonly unreadResponseTimeoutMs: number;
}

/** A response whose client has not read all of it yet. */
export interface Unread {
  /** The client has read some of it, or it has become this long. */
  progressed(bytes?: number): void;
  /** It is written, or its client has left. */
  release(): void;
}

interface Waiting {
  bytes: number;
  progressedAt: number;
  readonly disconnect: () => void;
}

/** From so many bytes on a response is written in parts, each when the client has read the one before, and counts as unread until then. */
export const longFrom = 64 * 1024;
/** A client that has read nothing for so long gives way to other clients where there is too much for all. */
const stalledAfterMs = 1_000;

/** Bounds what waits for clients that read slowly or not at all, over whichever transport. */
export class UnreadResponses {
  private readonly waiting = new Set<Waiting>();
  private total = 0;

  /** @param now milliseconds, from whenever. */
  constructor(private readonly limits: UnreadLimits, private readonly now: () => number = () => performance.now()) {}

  /**
   * Makes room for a response of `bytes`, where need be by disconnecting clients that read nothing: those first that have read nothing for the longest time.
   * Undefined if there is no room, since all clients read.
   * @param disconnect called once if the client reads nothing for the time that it may, or has to give way.
   */
  hold(bytes: number, disconnect: () => void): Unread | undefined {
    if (!this.makeRoom(bytes)) return undefined;
    const entry: Waiting = { bytes, progressedAt: this.now(), disconnect };
    this.waiting.add(entry);
    this.total += bytes;
    const timer = setTimeout(() => this.disconnect(entry), this.limits.unreadResponseTimeoutMs).unref();
    return {
      progressed: (now) => {
        if (!this.waiting.has(entry)) return;
        timer.refresh();
        entry.progressedAt = this.now();
        if (now === undefined) return;
        this.total += now - entry.bytes;
        entry.bytes = now;
      },
      release: () => {
        clearTimeout(timer);
        this.forget(entry);
      },
    };
  }

  /** What waits now. */
  get bytes(): number {
    return this.total;
  }

  private makeRoom(bytes: number): boolean {
    const { maxUnreadResponseBytes } = this.limits;
    while (this.total > 0 && this.total + bytes > maxUnreadResponseBytes) {
      const stalled = this.longestStalled();
      if (!stalled) return false;
      this.disconnect(stalled);
    }
    return true;
  }

  private longestStalled(): Waiting | undefined {
    let found: Waiting | undefined;
    for (const entry of this.waiting) if (!found || entry.progressedAt < found.progressedAt) found = entry;
    return found && this.now() - found.progressedAt >= stalledAfterMs ? found : undefined;
  }

  private disconnect(entry: Waiting): void {
    this.forget(entry);
    entry.disconnect();
  }

  private forget(entry: Waiting): void {
    if (this.waiting.delete(entry)) this.total -= entry.bytes;
  }
}

/** Told in place of a response that there is no room for. */
export function tooManyUnread(): GraphQLError {
  return clientError('UNAVAILABLE', 'Too many long responses wait for their clients to read them: send the operation again, or ask for less');
}
