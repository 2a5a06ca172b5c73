import type { Refusal } from '@test-planning/kernel/event-sourcing';
import type { Identity } from '@test-planning/kernel/subgraph';
import { kindsInRefusal, visibleRefusal } from '@test-planning/schema/messages';
import type { CommandRefused } from './command-types';

/** A refusal as it was recorded. */
interface RecordedRefusal {
  at: string;
  durationMs: number;
  refusal: Refusal;
  process: string | null;
}

/** Returns the refusal of a command of this type as the identity may see it. */
export const refusedOutcome = (identity: Identity, type: string, { at, durationMs, refusal, process }: RecordedRefusal): CommandRefused => ({
  at,
  durationMs,
  ...visibleRefusal(refusal, kindsInRefusal(type), identity.scopes),
  process: process === null ? null : { id: process },
});
