import { EventEmitter, on } from 'node:events';
import { GraphQLError } from 'graphql';
import { subgraphSchema } from './subgraph-schema';
import type { SubgraphSource } from './shop';

const sdl = `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@composeDirective"])
  @link(url: "https://specs.test-planning.dev/delivery/v1.0", import: ["@resumable"])
  @composeDirective(name: "@resumable")
directive @resumable(cursor: String!, argument: String!, identity: [String!]) on FIELD_DEFINITION
type Query { head: Int! }
type Mutation { append(text: String!): Int! }
type Subscription {
  added(only: String, after: Cursor): Entry @resumable(cursor: "cursor", argument: "after")
  heard: Entry
}
scalar Cursor
type Entry { number: Int! text: String! cursor: Cursor! who: String }
`;

interface Entry {
  readonly number: number;
  readonly text: string;
}

/** A subgraph whose events can be followed from any place: the cursor of entry 7 is "@7". */
export class Feed {
  private readonly entries: Entry[] = [];
  private readonly news = new EventEmitter().setMaxListeners(0);
  /** The place at which each subscription so far began. */
  readonly begun: (string | null | undefined)[] = [];
  /** What it refuses subscriptions with, while it does. */
  refusal: string | undefined;

  /** Subscriptions that nobody has left. */
  get open(): number {
    return this.news.listenerCount('added');
  }

  append(text: string): number {
    this.entries.push({ number: this.entries.length + 1, text });
    this.news.emit('added');
    return this.entries.length;
  }

  source(): SubgraphSource {
    return {
      name: 'feed',
      sdl,
      resolvers: {
        Query: { head: () => this.entries.length },
        Mutation: { append: (_, { text }) => this.append(text as string) },
        Entry: { cursor: ({ number }) => `@${String(number)}`, who: (_, __, { headers }) => headers['gateway-identity'] },
        Subscription: {
          added: { subscribe: (_: unknown, { after, only }: { after?: string | null; only?: string | null }) => this.follow('added', after, only) },
          heard: { subscribe: () => this.follow('heard', undefined, undefined) },
        },
      },
    };
  }

  schema() {
    const source = this.source();
    return subgraphSchema(source.sdl, source.resolvers);
  }

  private follow(field: string, after: string | null | undefined, only: string | null | undefined): AsyncIterableIterator<Record<string, Entry>> {
    this.begun.push(after);
    if (this.refusal !== undefined) throw new GraphQLError('Not now', { extensions: { code: this.refusal } });
    const news = on(this.news, 'added');
    let place = after === undefined || after === null ? this.entries.length : Number(after.slice(1));
    return {
      next: async () => {
        for (;;) {
          const entry = this.entries[place];
          if (entry) {
            place += 1;
            if (only === undefined || only === null || only === entry.text) return { value: { [field]: entry }, done: false };
          } else if ((await news.next()).done === true) {
            return { value: undefined, done: true };
          }
        }
      },
      return: async () => {
        await news.return?.();
        return { value: undefined, done: true };
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }
}
