import type { NewFeedEntry } from '@test-planning/kernel/feeds';
import type { Actor, StreamId } from '@test-planning/kernel/messaging';
import { commandKey } from './command-record';
import { auditEntry } from './recording';
import { processOf, type Subject } from './subject';

/** What is known of an accepted command, both by itself and by what decides it. */
interface Acceptance {
  lab: string;
  stream: StreamId;
  id: string;
  inputHash: string;
  type: string;
  acceptedAt: string;
  actor: Actor;
  subject: Subject;
}

/**
 * The entry for an accepted command. Whichever of the two comes first, the command or what decides it, brings it into the feed: so it is there, and
 * stands before what came of it, as soon as its outcome can be read. The same input sent again under the same id is the same acceptance.
 */
export const acceptanceEntry = ({ lab, stream, id, inputHash, type, acceptedAt, actor, subject }: Acceptance): NewFeedEntry =>
  auditEntry(lab, {
    id: `accepted:${commandKey(id, inputHash)}`, kind: 'COMMAND_ACCEPTED', at: acceptedAt, actor, type, subject,
    command: { id, inputHash }, process: processOf(stream),
  });
