import type { Commit } from '../event-sourcing/commit';
import { claimsId } from '../event-sourcing/commit-id';
import type { AppendResult, EventStore } from '../event-sourcing/event-store';
import type { StreamId } from '../messaging/streams';

/** Commits in memory: the reference that other stores are compared with. They are copied in and out as JSON, as a store does. */
export class MemoryEventStore implements EventStore {
  readonly #streams = new Map<StreamId, string[]>();
  readonly #byId = new Map<string, string>();
  readonly #service: string;
  readonly #claims: Map<string, string>;

  /** @param claims which service has claimed which id; stores that share it are those of one installation. */
  constructor(service = '', claims = new Map<string, string>()) {
    this.#service = service;
    this.#claims = claims;
  }

  append(commits: readonly Commit[]): Promise<AppendResult[]> {
    const byStream = Map.groupBy(commits, ({ stream }) => stream);
    return Promise.resolve([...byStream].map(([stream, ofStream]) => this.#appendTo(stream, ofStream)));
  }

  #appendTo(stream: StreamId, commits: readonly Commit[]): AppendResult {
    const stored = this.#streams.get(stream) ?? [];
    this.#streams.set(stream, stored);
    for (const [index, commit] of commits.entries()) {
      if (claimsId(commit) && !this.#claims.has(commit.id)) this.#claims.set(commit.id, this.#service);
      if (this.#isTaken(commit.id) || commit.sequence !== stored.length + 1) return { stream, kind: 'conflict', stored: index };
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

  takenAmong(ids: readonly string[]): Promise<Set<string>> {
    return Promise.resolve(new Set(ids.filter((id) => this.#isTaken(id))));
  }

  #isTaken(id: string): boolean {
    return this.#byId.has(id) || (this.#claims.get(id) ?? this.#service) !== this.#service;
  }

  async *scan(batchSize: number): AsyncIterable<Commit[]> {
    const all = [...this.#streams.values()].flat();
    for (let from = 0; from < all.length; from += batchSize) {
      yield await Promise.resolve(all.slice(from, from + batchSize).map(parse));
    }
  }
}

const parse = (text: string): Commit => JSON.parse(text) as Commit;
