import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import { ResultStream } from '../transport/result-stream';
import { SubgraphUnreachable } from '../transport/subgraph-transport';
import type { SubgraphRequest, SubgraphResult, SubgraphTransport } from '../transport/subgraph-transport';

const feedSdl = `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@composeDirective"])
  @link(url: "https://specs.test-planning.dev/delivery/v1.0", import: ["@resumable"])
  @composeDirective(name: "@resumable")
directive @resumable(cursor: String!, argument: String!, identity: [String!]) on FIELD_DEFINITION
type Query { head: Int! }
type Subscription {
  added(after: String): Entry @resumable(cursor: "cursor", argument: "after", identity: ["lab"])
  heard: Entry
}
type Entry { number: Int! cursor: String! item: Item! }
type Item @key(fields: "id", resolvable: false) { id: ID! }
`;
const itemsSdl = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
type Query { items: Int! }
type Item @key(fields: "id") { id: ID! version: Int! }
`;

interface Following {
  readonly stream: ResultStream;
  place: number;
}

/**
 * A feed whose events each change one item, in one subgraph, and the items in another, both under a test's control: it says when an upstream hears of
 * events, when it is lost, and when the items are read and answered.
 */
export class ItemFeed {
  /** The item that each event changed; the first is event 1. */
  readonly changes: string[] = [];
  readonly following = new Set<Following>();
  /** Where each upstream began. */
  readonly begun: (number | undefined)[] = [];
  /** While it is set, items are answered only by `answer`. */
  holdsAnswers = false;
  private held: (() => void)[] = [];

  /** @param note stands in the SDL, so that another one makes another supergraph. */
  static supergraph(note = ''): string {
    const { supergraphSdl, errors } = composeServices([
      { name: 'feed', typeDefs: parse(`${feedSdl}\n"${note}" scalar Note`), url: 'http://feed' }, { name: 'items', typeDefs: parse(itemsSdl), url: 'http://items' },
    ]);
    if (!supergraphSdl) throw new Error(errors?.map(({ message }) => message).join('\n'));
    return supergraphSdl;
  }

  get head(): number {
    return this.changes.length;
  }

  append(item: string): void {
    this.changes.push(item);
    for (const following of this.following) this.bring(following);
  }

  /** Every upstream breaks. */
  lose(): void {
    for (const { stream } of [...this.following]) stream.fail(new SubgraphUnreachable('feed', new Error('lost')));
    this.following.clear();
  }

  tellPositions(): void {
    for (const { stream, place } of this.following) stream.push({ position: `@${place}` });
  }

  /** Lets one held answer go: the `which`th of those that wait. */
  answer(which = 0): void {
    this.held.splice(which % (this.held.length || 1), 1)[0]?.();
  }

  get heldAnswers(): number {
    return this.held.length;
  }

  transport(name: string): SubgraphTransport {
    return {
      execute: async (request) => {
        if (name === 'feed') return { data: { head: this.head } };
        return this.items(request);
      },
      subscribe: (request) => this.follow(request),
      stop: () => Promise.resolve(),
    };
  }

  private follow({ variables, signal }: SubgraphRequest): ResultStream {
    const after = variables?.['__resumeAfter'];
    const place = typeof after === 'string' ? Number(after.slice(1)) : undefined;
    this.begun.push(place);
    const following: Following = { place: place ?? this.head, stream: new ResultStream({ onReturn: () => this.following.delete(following) }) };
    this.following.add(following);
    signal?.addEventListener('abort', () => void following.stream.return(), { once: true });
    if (signal?.aborted) void following.stream.return();
    following.stream.push({ position: `@${following.place}` });
    this.bring(following);
    return following.stream;
  }

  private bring(following: Following): void {
    while (following.place < this.head) {
      following.place += 1;
      const number = following.place;
      const entry = { number, __resumeCursor: `@${number}`, cursor: `@${number}`, item: { __typename: 'Item', id: this.changes[number - 1] } };
      following.stream.push({ data: { added: entry, heard: entry } });
    }
  }

  /** An item's version is the number of the last event that changed it. */
  private async items({ variables }: SubgraphRequest): Promise<SubgraphResult> {
    const representations = (variables?.['representations'] ?? []) as { readonly id: string }[];
    const read = (): SubgraphResult => ({ data: { _entities: representations.map(({ id }) => ({ __typename: 'Item', id, version: this.changes.lastIndexOf(id) + 1 })) } });
    // Read when the test says, so that an event's items may be read after those of the events behind it.
    if (this.holdsAnswers) await new Promise<void>((resolve) => this.held.push(resolve));
    return read();
  }
}
