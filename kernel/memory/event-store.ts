import type { Commit } from '../event-sourcing/commit';
import type { AppendResult, EventStore } from '../event-sourcing/event-store';
import type { StreamId } from '../messaging/streams';

/** Commits in memory: the reference that other stores are compared with. They are copied in and out as JSON, as a store does. */
export class MemoryEventStore implements EventStore {
  readonly #streams = new Map<StreamId, string[]>();
  readonly #byId = new Map<string, string>();

  append(commits: readonly Commit[]): Promise<AppendResult[]> {
    const byStream = Map.groupBy(commits, ({ stream }) => stream);
    return Promise.resolve([...byStream].map(([stream, ofStream]) => this.#appendTo(stream, ofStream)));
  }

  #appendTo(stream: StreamId, commits: readonly Commit[]): AppendResult {
    const stored = this.#streams.get(stream) ?? [];
    this.#streams.set(stream, stored);
    for (const [index, commit] of commits.entries()) {
      if (this.#byId.has(commit.id) || commit.sequence !== stored.length + 1) return { stream, kind: 'conflict', stored: index };
      const text = JSON.stringify(commit);
      stored.push(text);
      this.#byId.set(commit.id, text);
    }
    return { stream, kind: 'appended' };
  }

  read(streams: readonly StreamId[]): Promise<Map<StreamId, Commit[]>> {
    return Promise.resolve(new Map(streams.map((stream) => [stream, (this.#streams.get(stream) ?? []).map(parse)])));
  }

  find(ids: readonly string[]): Promise<Commit[]> {
    return Promise.resolve(ids.flatMap((id) => this.#byId.get(id) ?? []).map(parse));
  }

  async *scan(batchSize: number): AsyncIterable<Commit[]> {
    const all = [...this.#streams.values()].flat();
    for (let from = 0; from < all.length; from += batchSize) {
      yield await Promise.resolve(all.slice(from, from + batchSize).map(parse));
    }
  }
}

const parse = (text: string): Commit => JSON.parse(text) as Commit;
