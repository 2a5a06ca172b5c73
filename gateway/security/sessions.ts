import type { JWTPayload } from 'jose';
import type { Caller } from './caller';

/** Ends a session at once. `reason` is fit for its client. */
type EndSession = (reason: string) => void;

type Identified = Extract<Caller, { kind: 'identified' }>;

const ended = 'The session was ended';

/** Whatever stays open on the strength of one verified token: sockets and streams. */
export class Sessions {
  /** By caller: a token's claims are looked at once, however many sessions it has. */
  private readonly byCaller = new Map<Identified, Set<EndSession>>();

  /** Returns what takes the session out again: to be called when it ends by itself, and when it goes on under a new token. */
  open(caller: Caller, end: EndSession): () => void {
    if (caller.kind !== 'identified') return () => undefined;
    const sessions = this.byCaller.get(caller) ?? new Set();
    // The same function may stand for two sessions.
    const session: EndSession = (reason) => end(reason);
    sessions.add(session);
    this.byCaller.set(caller, sessions);
    return () => {
      sessions.delete(session);
      if (sessions.size === 0 && this.byCaller.get(caller) === sessions) this.byCaller.delete(caller);
    };
  }

  /**
   * Ends every session whose token has such claims; returns how many those were.
   * @throws {AggregateError} after all of them were told, if some could not be ended.
   */
  endWhere(matches: (claims: JWTPayload) => boolean): number {
    const ending = [...this.byCaller].filter(([{ claims }]) => matches(claims));
    let count = 0;
    const failures: unknown[] = [];
    for (const [caller, sessions] of ending) {
      this.byCaller.delete(caller);
      for (const end of sessions) {
        try {
          end(ended);
          count += 1;
        } catch (error) {
          failures.push(error);
        }
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, `${failures.length} sessions could not be ended`);
    return count;
  }

  get size(): number {
    let count = 0;
    for (const sessions of this.byCaller.values()) count += sessions.size;
    return count;
  }
}
