import type { NewLogRecord } from '../../messaging/log';
import type { ParkedMessage, ParkingReason } from '../../messaging/parking';
import type { Commit, Stored } from '../commit';
import { reusedCommitId } from '../commit-id';
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

const setAside = (received: Received<unknown>, reason: ParkingReason, definition: SettingAside['definition'], parkedAt: string): SetAside => {
  const { record, message } = received;
  const error = reason.kind === 'failed' ? reason.error : BEHIND;
  const copy: NewLogRecord = {
    topic: definition.deadLettersTopic,
    key: record.key,
    value: record.value,
    headers: {
      ...record.headers,
      'parked-reason': encodeURIComponent(error.toWellFormed()),
      'parked-from': `${record.topic}/${record.partition}/${record.offset}`,
    },
  };
  return { parked: [{ record, reason, parkedAt }], records: [copy, ...(message ? definition.publishParked(message, error) : [])] };
};

const joined = (all: readonly SetAside[]): SetAside => ({ parked: all.flatMap(({ parked }) => parked), records: all.flatMap(({ records }) => records) });
