import type { NewLogRecord } from '../../messaging/log';
import type { ParkedMessage, ParkingReason } from '../../messaging/parking';
import { MAX_RECORD_BYTES, recordBytes } from '../../messaging/sizes';
import type { Commit, Stored } from '../commit';
import { reusedCommitId } from '../commit-id';
import { deadLetter, keepable, shortened } from './dead-letter';
import type { Received, WorkerDefinition } from './definition';
import type { Lane } from './receive';

/** Messages to be parked, and what is told about it. */
export interface SetAside {
  parked: ParkedMessage[];
  /** Copies for the dead-letters topic, and what others are told. */
  records: NewLogRecord[];
}

interface SettingAside {
  definition: Pick<WorkerDefinition<never, never, Stored>, 'deadLettersTopic' | 'publishParked'>;
  /** RFC 3339. */
  parkedAt: string;
}

const BEHIND = 'It waits behind a message of the same key that failed';

/** The message that failed and everything of its lane behind it. */
export const setAsideFailed = (lane: Lane<unknown>, index: number, failure: ParkingReason & { kind: 'failed' }, { definition, parkedAt }: SettingAside): SetAside => {
  const [failed, ...followers] = lane.received.slice(index);
  if (!failed) throw new RangeError(`The lane ${lane.key} has no message ${index}`);
  return joined([setAside(failed, failure, definition, parkedAt), ...followers.map((received) => setAside(received, { kind: 'behind' }, definition, parkedAt))]);
};

/**
 * The messages of a key that is parked already, except those that made a commit: they came in one batch with the message that failed, before
 * it, and the batch came again.
 */
export const setAsideBehind = (lane: Lane<unknown>, commits: readonly Commit[], { definition, parkedAt }: SettingAside): SetAside => {
  const hashes = new Map(commits.map(({ id, inputHash }) => [id, inputHash]));
  const isDone = (received: Received<unknown>): boolean => received.kind === 'readable'
    && (hashes.get(received.commitId) === received.hash || hashes.has(reusedCommitId(received.message, received.hash)));
  return joined(lane.received.filter((received) => !isDone(received)).map((received) => setAside(received, { kind: 'behind' }, definition, parkedAt)));
};

/** The ids under which a lane's messages can have made a commit. */
export const possibleCommitIds = (lane: Lane<unknown>): string[] =>
  lane.received.flatMap((received) => (received.kind === 'readable' ? [received.commitId, reusedCommitId(received.message, received.hash)] : []));

/** Nothing that a message holds can fail here: what doesn't fit is left out, and what can't be said isn't. */
const setAside = ({ record, message }: Received<unknown>, reason: ParkingReason, { deadLettersTopic, publishParked }: SettingAside['definition'], parkedAt: string): SetAside => {
  const kept = reason.kind === 'failed' ? { ...reason, error: shortened(reason.error) } : reason;
  const error = kept.kind === 'failed' ? kept.error : BEHIND;
  const notices = message ? noticesOf(() => publishParked(message, error)) : [];
  return { parked: [{ record: keepable(record), reason: kept, parkedAt }], records: [deadLetter(record, error, deadLettersTopic), ...notices] };
};

const noticesOf = (publish: () => readonly NewLogRecord[]): NewLogRecord[] => {
  try {
    return publish().filter((notice) => recordBytes(notice) <= MAX_RECORD_BYTES);
  } catch {
    // What can't be said of a message is still in the lot, and the failure is in the log.
    return [];
  }
};

const joined = (all: readonly SetAside[]): SetAside => ({ parked: all.flatMap(({ parked }) => parked), records: all.flatMap(({ records }) => records) });
