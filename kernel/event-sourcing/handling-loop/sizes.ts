import { MAX_DOCUMENT_BYTES, MAX_RECORD_BYTES, fitsDocument, recordBytes } from '../../messaging/sizes';
import type { NewLogRecord } from '../../messaging/log';
import type { ViewWrite } from '../../read-models/read-models';
import type { Commit } from '../commit';
import { refuse } from '../decider';

/** All that a decision leads to, before any of it is stored. */
export interface FollowUps {
  commit: Commit;
  writes: readonly ViewWrite[];
  publications: readonly NewLogRecord[];
}

/** Says what of a decision's follow-ups is larger than a store or the log takes; undefined when everything fits. */
export const misfitIn = ({ commit, writes, publications }: FollowUps): string | undefined => {
  if (!fitsDocument(commit)) return `Its commit is larger than ${MAX_DOCUMENT_BYTES} bytes`;
  for (const { view, document } of writes) {
    if (document !== null && !fitsDocument(document)) return `Its document in the view ${view} is larger than ${MAX_DOCUMENT_BYTES} bytes`;
  }
  for (const record of publications) {
    const bytes = recordBytes(record);
    if (bytes > MAX_RECORD_BYTES) return `A record for ${record.topic} has ${bytes} bytes, and the log takes ${MAX_RECORD_BYTES}`;
  }
  return undefined;
};

/** The decision on a command whose follow-ups don't fit. */
export const TOO_LARGE = refuse('TOO_LARGE', 'What follows from this command is too large to be stored. Split it into smaller ones.');
