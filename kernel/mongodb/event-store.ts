import type { Collection } from 'mongodb';
import type { Commit } from '../event-sourcing/commit';
import type { AppendResult, EventStore } from '../event-sourcing/event-store';
import type { StreamId } from '../messaging/streams';
import { appendCommits } from './append-commits';
import type { ClaimedIds } from './claimed-ids';
import { byStream, commitOf, type CommitDocument } from './commit-documents';
import { available } from './unavailable';

/** Documents asked for in one answer: as many as 16 MB hold. */
const ALL = 100_000;

/** One service's commits: a document each. */
export class MongodbEventStore implements EventStore {
  readonly #commits: Collection<CommitDocument>;
  readonly #claims: ClaimedIds;

  constructor(commits: Collection<CommitDocument>, claims: ClaimedIds) {
    this.#commits = commits;
    this.#claims = claims;
  }

  append(commits: readonly Commit[]): Promise<AppendResult[]> {
    return available(() => appendCommits(this.#commits, this.#claims, commits));
  }

  async read(streams: readonly StreamId[]): Promise<Map<StreamId, Commit[]>> {
    const read = new Map<StreamId, Commit[]>(streams.map((stream) => [stream, []]));
    const documents = await available(() => this.#commits.find({ stream: { $in: [...streams] } }, { sort: byStream, batchSize: ALL }).toArray());
    for (const document of documents) read.get(document.stream)?.push(commitOf(document));
    return read;
  }

  async find(ids: readonly string[]): Promise<Commit[]> {
    if (ids.length === 0) return [];
    return (await available(() => this.#commits.find({ _id: { $in: [...ids] } }, { batchSize: ALL }).toArray())).map(commitOf);
  }

  async takenAmong(ids: readonly string[]): Promise<Set<string>> {
    if (ids.length === 0) return new Set();
    const [here, elsewhere] = await Promise.all([
      available(() => this.#commits.find({ _id: { $in: [...ids] } }, { projection: { _id: 1 }, batchSize: ids.length + 1 }).toArray()),
      available(() => this.#claims.claimedElsewhere(ids)),
    ]);
    return new Set([...here.map(({ _id }) => _id), ...elsewhere]);
  }

  /** While a batch is worked on, the next one is on its way. */
  async *scan(batchSize: number): AsyncIterable<Commit[]> {
    let next = this.#after(undefined, batchSize);
    for (;;) {
      const documents = await next;
      const last = documents.at(-1);
      if (!last) return;
      next = this.#after(last, batchSize);
      // Whoever stops in the middle doesn't wait for it.
      next.catch(() => undefined);
      yield documents.map(commitOf);
    }
  }

  #after(last: Pick<CommitDocument, 'stream' | 'sequence'> | undefined, limit: number): Promise<CommitDocument[]> {
    const from = last && { min: { stream: last.stream, sequence: last.sequence + 1 } };
    return available(() => this.#commits.find({}, { ...from, hint: byStream, sort: byStream, limit, batchSize: limit + 1 }).toArray());
  }
}
