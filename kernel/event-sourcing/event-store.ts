import type { StreamId } from '../messaging/streams';
import type { Commit } from './commit';

/**
 * What became of the commits of one stream in an append: all stored, or stored up to a first conflict (the id is taken, or
 * the sequence is), behind which nothing of that stream was stored.
 */
export type AppendResult =
  | { stream: StreamId; kind: 'appended' }
  | { stream: StreamId; kind: 'conflict'; stored: number };

/**
 * The truth: commits by stream. Unique in `id` and in `(stream, sequence)`; the id of a client's command also among all services of the installation: the first
 * that appends a commit under it claims it for itself.
 */
export interface EventStore {
  /**
   * Stores commits of any number of streams, in order within each. One stream's conflict doesn't touch another's.
   * Resolves when what is stored is durable.
   */
  append(commits: readonly Commit[]): Promise<AppendResult[]>;
  /** Whole streams, each in order of sequence; a stream without commits is an empty list. */
  read(streams: readonly StreamId[]): Promise<Map<StreamId, Commit[]>>;
  /** The commits with these ids, in no order; ids without one are left out. */
  find(ids: readonly string[]): Promise<Commit[]>;
  /** Which of these ids have a commit here, or are claimed by another service. */
  takenAmong(ids: readonly string[]): Promise<Set<string>>;
  /** Everything, stream by stream and each in order, in batches: to rebuild what is derived from it. */
  scan(batchSize: number): AsyncIterable<Commit[]>;
}
