import type { Refusal } from '@test-planning/kernel/event-sourcing';
import type { Identity } from '@test-planning/kernel/subgraph';
import type { Subject } from '../recording/subject';
import type { CommandRefused } from './command-types';
import { covers } from './scopes';

/** A refusal as it was recorded. */
interface RecordedRefusal {
  at: string;
  durationMs: number;
  refusal: Refusal;
  subject: Subject;
  process: string | null;
}

/** A refusal as somebody may see it: the details tell of the thing, so they take the scope for it. */
export const refusedOutcome = (identity: Identity, { at, durationMs, refusal, subject, process }: RecordedRefusal): CommandRefused => ({
  at,
  durationMs,
  code: refusal.code,
  message: refusal.message,
  details: covers(identity, subject.kind) ? (refusal.details ?? null) : null,
  process: process === null ? null : { id: process },
});
