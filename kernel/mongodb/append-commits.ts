import type { Collection } from 'mongodb';
import type { Commit } from '../event-sourcing/commit';
import { claimsId } from '../event-sourcing/commit-id';
import type { AppendResult } from '../event-sourcing/event-store';
import type { StreamId } from '../messaging/streams';
import type { ClaimedIds } from './claimed-ids';
import { documentOf, type CommitDocument } from './commit-documents';
import { duplicatesOf } from './duplicates';

/** One stream's part of an append. */
interface Lane {
  stream: StreamId;
  commits: readonly Commit[];
  stored: number;
  /** Up to where there is no conflict that is known. */
  end: number;
}

/**
 * Inserts commits of many streams in one go, in order: an unordered insert could leave a gap that no unique index sees. It ends at the first commit that is
 * known or whose sequence is taken; then one look at all that is left sets aside the streams that would meet the same, so that a whole batch
 * of known commits costs few round trips.
 */
export const appendCommits = async (collection: Collection<CommitDocument>, claims: ClaimedIds, commits: readonly Commit[]): Promise<AppendResult[]> => {
  const lanes = [...Map.groupBy(commits, ({ stream }) => stream)]
    .map(([stream, ofStream]): Lane => ({ stream, commits: ofStream, stored: 0, end: ofStream.length }));
  const elsewhere = await claims.claim(commits.filter(claimsId).map(({ id }) => id));
  for (const lane of lanes) lane.end = contiguous(beforeFirst(lane.commits, ({ id }) => elsewhere.has(id)));
  // A stream's beginning has nothing that it could leave a gap behind.
  await setAside(collection, lanes.filter(({ commits: [first] }) => first?.sequence !== 1), new Set());
  for (;;) {
    const open = lanes.filter(({ stored, end }) => stored < end);
    if (open.length === 0) break;
    const failed = await insert(collection, open);
    if (!failed) break;
    failed.end = failed.stored;
    const left = open.filter(({ stored, end }) => stored < end);
    await setAside(collection, left, await takenIds(collection, left));
  }
  return lanes.map(({ stream, commits: ofStream, end }) =>
    (end === ofStream.length ? { stream, kind: 'appended' } : { stream, kind: 'conflict', stored: end }));
};

const beforeFirst = (commits: readonly Commit[], isConflict: (commit: Commit) => boolean): readonly Commit[] => {
  const conflict = commits.findIndex(isConflict);
  return conflict === -1 ? commits : commits.slice(0, conflict);
};

/** How many commits follow on each other without a gap. */
const contiguous = (commits: readonly Commit[]): number => {
  const gap = commits.findIndex(({ sequence }, index) => index > 0 && sequence !== (commits[index - 1] as Commit).sequence + 1);
  return gap === -1 ? commits.length : gap;
};

/** Inserts up to the first conflict; gives the lane that met it. */
const insert = async (collection: Collection<CommitDocument>, open: readonly Lane[]): Promise<Lane | undefined> => {
  const documents = open.flatMap(({ commits, stored, end }) => commits.slice(stored, end).map(documentOf));
  const [failed] = await duplicatesOf(() => collection.insertMany(documents, { ordered: true }));
  let stored = failed ?? documents.length;
  for (const lane of open) {
    const ofLane = Math.min(stored, lane.end - lane.stored);
    lane.stored += ofLane;
    stored -= ofLane;
    if (lane.stored < lane.end) return lane;
  }
  return undefined;
};

/** Ends lanes where their commits no longer follow on what their streams hold, or where an id is taken. */
const setAside = async (collection: Collection<CommitDocument>, lanes: readonly Lane[], taken: ReadonlySet<string>): Promise<void> => {
  if (lanes.length === 0) return;
  const heads = await headsOf(collection, lanes.map(({ stream }) => stream));
  for (const lane of lanes) {
    let next = (heads.get(lane.stream) ?? 0) + 1;
    const fits = (commit: Commit): boolean => commit.sequence === next++ && !taken.has(commit.id);
    const conflict = lane.commits.slice(lane.stored, lane.end).findIndex((commit) => !fits(commit));
    if (conflict !== -1) lane.end = lane.stored + conflict;
  }
};

const takenIds = async (collection: Collection<CommitDocument>, lanes: readonly Lane[]): Promise<Set<string>> => {
  const ids = lanes.flatMap(({ commits, stored, end }) => commits.slice(stored, end).map(({ id }) => id));
  if (ids.length === 0) return new Set();
  const taken = await collection.find({ _id: { $in: ids } }, { projection: { _id: 1 }, batchSize: ids.length + 1 }).toArray();
  return new Set(taken.map(({ _id }) => _id));
};

/** The last sequence of each stream; one step in the index for each. */
const headsOf = async (collection: Collection<CommitDocument>, streams: readonly StreamId[]): Promise<Map<StreamId, number>> => {
  const heads = await collection.aggregate<{ _id: StreamId; head: number }>(
    [
      { $match: { stream: { $in: streams } } },
      { $sort: { stream: -1, sequence: -1 } },
      { $group: { _id: '$stream', head: { $first: '$sequence' } } },
    ],
    { batchSize: streams.length + 1 },
  ).toArray();
  return new Map(heads.map(({ _id, head }) => [_id, head]));
};
