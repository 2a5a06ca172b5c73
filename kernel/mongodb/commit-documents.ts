import type { Db, Collection } from 'mongodb';
import type { Commit } from '../event-sourcing/commit';
import type { StreamId } from '../messaging/streams';
import { asCommit } from './commit-envelope';
import { isNatural } from './stored-json';

/** A commit as a document: with its id as `_id` and its events inside, for operators to query; or as text what BSON can't hold. */
export type CommitDocument = { _id: string; stream: StreamId; sequence: number } & (Omit<Commit, 'id'> | { json: string });

/** By what a stream is read, and what makes a sequence its own. The id's index is every collection's. */
export const byStream = { stream: 1, sequence: 1 } as const;

export const openCommits = async (db: Db): Promise<Collection<CommitDocument>> => {
  const commits = db.collection<CommitDocument>('commits');
  await commits.createIndex(byStream, { unique: true });
  return commits;
};

/** @throws {TypeError} for an id or a stream that is no Unicode text. */
export const documentOf = (commit: Commit): CommitDocument => {
  const { id, ...rest } = commit;
  if (isNatural(rest) && id.isWellFormed()) return { _id: id, ...rest };
  if (!id.isWellFormed() || !rest.stream.isWellFormed()) throw new TypeError(`Not Unicode text: ${JSON.stringify([id, rest.stream])}`);
  return { _id: id, stream: rest.stream, sequence: rest.sequence, json: JSON.stringify(commit) };
};

/** @throws {TypeError} for what is stored and is no commit. */
export const commitOf = (document: CommitDocument): Commit => {
  const { _id, ...rest } = document;
  return asCommit(_id, 'json' in rest ? parsed(_id, rest.json) : { id: _id, ...rest });
};

const parsed = (id: string, json: string): unknown => {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new TypeError(`What is stored as the commit ${JSON.stringify(id)} can't be read: its text is no JSON`, { cause: error });
  }
};
