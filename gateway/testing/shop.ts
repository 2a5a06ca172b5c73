import { EventEmitter, on } from 'node:events';
import { GraphQLError, GraphQLScalarType } from 'graphql';
import type { Resolvers } from './subgraph-schema';

/** A subgraph in source: what its own repository would hold. */
export interface SubgraphSource {
  readonly name: string;
  readonly sdl: string;
  readonly resolvers: Resolvers;
}

const federation = `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@authenticated", "@requiresScopes", "@composeDirective"])`;

const delivery = `
  @link(url: "https://specs.test-planning.dev/delivery/v1.0", import: ["@resolvesFirst", "@argumentRange"])
  @composeDirective(name: "@resolvesFirst")
  @composeDirective(name: "@argumentRange")
directive @resolvesFirst on FIELD_DEFINITION
directive @argumentRange(argument: String!, min: Int!, max: Int!) on FIELD_DEFINITION`;

const productsSdl = `${federation}${delivery}
type Query {
  products: [Product!]!
  product(id: ID!): Product
  position: Int! @resolvesFirst
  stock: Int!
  catalogue: [Item!]!
  cheapest: Item
  tool: Tool
  vault: Vault @authenticated
  secrets: String! @requiresScopes(scopes: [["secrets:read"], ["admin", "audit"]])
  priced: Priced
  node(id: ID!): Node
  broken: String
  brokenForAll: String!
  missing: String!
  echo(input: EchoInput!): String
  on(day: Day!): String
  slow: String
}
type Mutation {
  rename(id: ID!, name: String!): Product
  add(amount: Int!): Int!
  lock: Vault @authenticated
  slowly: String
}
type Subscription {
  productChanged(id: ID): ProductChange
  vaultOpened: Vault @authenticated
  refusedAtOnce: Int
  failsAfter(count: Int!): Int
  flood(size: Int!): String
  countdown(from: Int!): Int
}
input EchoInput { text: String!, times: Int! = 1, rate: Float, tags: [Tag!], inner: EchoInput }
scalar Day
input Tag { name: String! }
interface Node { id: ID! }
union Item = Product | Tool
type Product implements Node @key(fields: "id") { id: ID! name: String! copies(count: Int = 1): [String!] @argumentRange(argument: "count", min: 1, max: 3) }
type Tool implements Node @key(fields: "id") @requiresScopes(scopes: [["tools:read"]]) { id: ID! label: String! }
type Vault { content: String! }
type Priced { price: Money label: String grade: Grade sponsor: Tool tools: [Tool]! firm: Tool! }
scalar Money @requiresScopes(scopes: [["money:read"]])
enum Grade @authenticated { A B }
type ProductChange { sequence: Int! product: Product }
`;

const reviewsSdl = `${federation}
type Query { reviewCount: Int! latest: [Review!]! }
type Mutation { review(productId: ID!, body: String!): Review }
type Review @authenticated { body: String! product: Product! }
type Product @key(fields: "id") { id: ID! reviews: [Review!] rating: Float opinion: String! }
`;

/** Two subgraphs with something of everything, and the state behind them. */
export class Shop {
  names = new Map([['1', 'Hammer'], ['2', 'Saw']]);
  total = 0;
  /** Every resolver that ran, in order. */
  readonly calls: string[] = [];
  readonly identities: (string | undefined)[] = [];
  readonly events = new EventEmitter().setMaxListeners(0);
  /** Subscriptions open at this moment. */
  open = 0;
  /** How many events of the flood were taken. */
  flooded = 0;
  /** Released by a test to let `slow` and `slowly` answer. */
  readonly gate = Promise.withResolvers<undefined>();

  /** Tells subscribers that a product changed. */
  change(id: string): void {
    this.events.emit('changed', id);
  }

  subgraphs(): SubgraphSource[] {
    return [
      { name: 'products', sdl: productsSdl, resolvers: this.products() },
      { name: 'reviews', sdl: reviewsSdl, resolvers: this.reviews() },
    ];
  }

  private product(id: string) {
    const name = this.names.get(id);
    return name === undefined ? null : { __typename: 'Product', id, name };
  }

  private products(): Resolvers {
    const tool = { __typename: 'Tool', id: 't', label: 'Lathe' };
    const called = (name: string) => this.calls.push(name);
    return {
      Day: new GraphQLScalarType({ name: 'Day', parseValue: dayOf }),
      Query: {
        products: (_, __, { headers }) => {
          this.identities.push(headers['gateway-identity']);
          called('products');
          return [...this.names.keys()].map((id) => this.product(id));
        },
        product: (_, { id }) => this.product(id as string),
        position: async () => {
          await new Promise(setImmediate);
          called('position');
          return this.calls.length;
        },
        stock: () => called('stock'),
        cheapest: () => this.product('1'),
        catalogue: () => [this.product('1'), tool],
        tool: () => called('tool') && tool,
        vault: () => called('vault') && { content: 'gold' },
        secrets: () => called('secrets') && 'hush',
        priced: () => ({ price: '9.99', label: 'cheap', grade: 'A', sponsor: tool, tools: [tool, tool], firm: tool }),
        node: (_, { id }) => (id === 't' ? tool : this.product(id as string)),
        broken: () => { throw new TypeError('password of the database is 1234'); },
        brokenForAll: () => { throw new GraphQLError('Out of stock', { extensions: { code: 'NOT_FOUND', field: 'id', stacktrace: ['at secret.ts'] } }); },
        missing: () => null,
        echo: (_, { input }) => JSON.stringify(input),
        on: (_, { day }) => day as string,
        slow: async () => { called('slow'); await this.gate.promise; return 'done'; },
      },
      Mutation: {
        rename: (_, { id, name }) => { this.names.set(id as string, name as string); return this.product(id as string); },
        add: async (_, { amount }) => {
          const before = this.total;
          await new Promise(setImmediate);
          return this.total = before + (amount as number);
        },
        lock: () => called('lock') && { content: 'gold' },
        slowly: async () => { called('slowly'); await this.gate.promise; return 'done'; },
      },
      Subscription: {
        productChanged: { subscribe: (_: unknown, { id }: { id?: string }) => this.changes(id) },
        vaultOpened: { subscribe: () => this.changes(undefined), resolve: () => ({ content: 'gold' }) },
        refusedAtOnce: { subscribe: () => { throw new GraphQLError('Too old', { extensions: { code: 'CURSOR_EXPIRED' } }); } },
        countdown: { subscribe: (_, { from }) => countdown(from as number), resolve: ({ countdown: number }) => exceptOne(number as number) },
        flood: { subscribe: (_, { size }) => this.flood(size as number) },
        failsAfter: { subscribe: (_: unknown, { count }: { count: number }) => failsAfter(count) },
      },
      ProductChange: { product: ({ id }) => this.product(id as string) },
      Product: {
        copies: ({ name }, { count }) => Array.from({ length: count as number }, () => name as string),
        __resolveReference: ({ id }: { id: string }) => this.product(id),
      },
      Node: { __resolveType: ({ __typename }: { __typename: string }) => __typename },
      Item: { __resolveType: ({ __typename }: { __typename: string }) => __typename },
    };
  }

  /** No async generator: one of those can't be left while it waits for its next event. */
  private changes(wanted: string | undefined): AsyncIterableIterator<{ productChanged: { sequence: number; id: string } }> {
    const source = on(this.events, 'changed');
    let sequence = 0;
    this.open += 1;
    return {
      next: async () => {
        for (;;) {
          const step = await source.next();
          if (step.done) return { value: undefined, done: true };
          const [id] = step.value as [string];
          if (wanted === undefined || wanted === id) return { value: { productChanged: { sequence: sequence += 1, id } }, done: false };
        }
      },
      return: async () => {
        this.open -= 1;
        await source.return?.();
        return { value: undefined, done: true };
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }

  private async* flood(size: number) {
    for (;;) {
      this.flooded += 1;
      yield { flood: 'x'.repeat(size) };
    }
  }

  private reviews(): Resolvers {
    const review = { body: 'fine', product: { id: '1' } };
    return {
      Query: { reviewCount: () => this.calls.push('reviewCount') && 1, latest: () => this.calls.push('latest') && [review] },
      Mutation: { review: (_: unknown, { body, productId }: { body: string; productId: string }) => ({ body, product: { id: productId } }) },
      Product: {
        __resolveReference: ({ id }: { id: string }) => ({ id }),
        reviews: ({ id }: { id: string }) => { this.calls.push('reviews'); return [{ body: `of ${id}`, product: { id } }]; },
        rating: async ({ id }: { id: string }) => {
          // Later products answer sooner, so that an answer out of order would show.
          for (let turns = 10 - Number(id); turns > 0; turns -= 1) await new Promise(setImmediate);
          return Number(id) + 0.5;
        },
        opinion: () => { throw new GraphQLError('No opinion', { extensions: { code: 'NOT_FOUND' } }); },
      },
    };
  }
}

async function* countdown(from: number) {
  for (let number = from; number >= 0; number -= 1) yield { countdown: number };
}

function exceptOne(number: number): number {
  if (number === 1) throw new GraphQLError('Not one', { extensions: { code: 'NOT_FOUND' } });
  return number;
}

function dayOf(value: unknown): string {
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\d$/.test(value)) throw new GraphQLError('A day is written as 2000-12-31');
  return value;
}

async function* failsAfter(count: number) {
  for (let number = 1; number <= count; number += 1) yield { failsAfter: number };
  throw new GraphQLError('The cursor is too old', { extensions: { code: 'CURSOR_EXPIRED' } });
}
