import type { GraphQLSchema } from 'graphql';
import { GraphQLError, OperationTypeNode } from 'graphql';
import { subgraphSchema } from '../testing/subgraph-schema';
import { isPosition } from './subgraph-transport';
import { subgraphOperation } from './subgraph-operation';
import type { SubgraphTransport } from './subgraph-transport';

/** A subgraph that counts on request, and tells who asked. */
class Counter {
  /** How far the subscription has been read. */
  produced = 0;
  /** Subscriptions that nobody has left. */
  open = 0;

  schema(): GraphQLSchema {
    const refuse = () => { throw new GraphQLError('No', { extensions: { code: 'NO_WAY' } }); };
    let total = 0;
    return subgraphSchema(`
      type Query { hello(name: String!): String! fail: String who: String }
      type Mutation { add(amount: Int!): Int! }
      type Subscription { count(to: Int!, size: Int = 1): String! silence: Int failing: Int refused: Int places: String }
    `, {
      Query: {
        hello: (_: unknown, { name }: { name: string }) => `Hello ${name}`,
        fail: refuse,
        who: (_: unknown, __: unknown, { headers }: { headers: Record<string, string> }) => headers['gateway-identity'],
      },
      Mutation: { add: (_: unknown, { amount }: { amount: number }) => total += amount },
      Subscription: {
        count: { subscribe: (_: unknown, { to, size }: { to: number; size: number }) => this.count(to, size) },
        silence: { subscribe: () => this.count(0, 1) },
        failing: {
          subscribe: async function* () {
            yield { failing: 1 };
            refuse();
          },
        },
        refused: { subscribe: refuse },
        places: { subscribe: (_: unknown, __: unknown, { tellPosition }: { tellPosition(cursor: string): void }) => this.places(tellPosition) },
      },
    });
  }

  /** Tells places between its events, and then waits. */
  private async *places(tellPosition: (cursor: string) => void): AsyncGenerator<{ places: string }> {
    tellPosition('@0');
    await this.turn();
    yield { places: '@1' };
    yield { places: '@2' };
    tellPosition('@3');
    await this.turn();
    tellPosition('@4');
    await this.turn();
    yield { places: '@5' };
    tellPosition('@6');
    await this.left.promise;
  }

  readonly left = Promise.withResolvers<undefined>();

  /** What was told before has gone out then. */
  private async turn(): Promise<void> {
    await new Promise(setImmediate);
    await new Promise(setImmediate);
  }

  private count(to: number, size: number): AsyncIterableIterator<{ count: string }> {
    this.open += 1;
    let left = false;
    let number = 0;
    const silence = Promise.withResolvers<IteratorResult<{ count: string }>>();
    return {
      next: () => {
        if (to === 0) return silence.promise;
        if (left || number === to) return Promise.resolve({ value: undefined, done: true });
        number += 1;
        this.produced = number;
        return Promise.resolve({ value: { count: String(number).padEnd(size, '.') }, done: false });
      },
      return: () => {
        if (!left) this.open -= 1;
        left = true;
        silence.resolve({ value: undefined, done: true });
        return silence.promise;
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    };
  }
}

interface TransportUnderTest {
  readonly transport: SubgraphTransport;
  /** Ends what the transport leads to. */
  stop(): Promise<void>;
}

/** What every way to a subgraph must do. `open` makes one that leads to a subgraph with this schema, whose context is `{ headers }`. */
export function transportContract(name: string, open: (schema: GraphQLSchema) => Promise<TransportUnderTest>): void {
  describe(`${name}: the contract of transports`, () => {
    let counter: Counter;
    let subject: TransportUnderTest;
    let transport: SubgraphTransport;
    beforeEach(async () => {
      counter = new Counter();
      subject = await open(counter.schema());
      transport = subject.transport;
    });
    afterEach(async () => {
      await transport.stop();
      await subject.stop();
    });

    const until = async (condition: () => boolean) => {
      const deadline = Date.now() + 3_000;
      while (!condition()) {
        if (Date.now() > deadline) throw new Error(`Still not so: ${String(condition)}`);
        await new Promise(setImmediate);
      }
    };
    const headers = {};

    it('executes queries and mutations with variables', async () => {
      expect(await transport.execute({ operation: subgraphOperation('query Q($n: String!) { hello(name: $n) }', 'Q'), variables: { n: 'Ada' }, headers })).toEqual({ data: { hello: 'Hello Ada' } });
      expect(await transport.execute({ operation: subgraphOperation('mutation { a: add(amount: 1) b: add(amount: 2) }'), headers })).toEqual({ data: { a: 1, b: 3 } });
    });

    it('takes a document that is parsed already', async () => {
      const query = '{ hello(name: "Bob") }';
      expect(await transport.execute({ operation: { kind: OperationTypeNode.QUERY, query }, headers })).toEqual({ data: { hello: 'Hello Bob' } });
    });

    it('carries headers', async () => {
      expect(await transport.execute({ operation: subgraphOperation('{ who }'), headers: { 'gateway-identity': 'ada' } })).toEqual({ data: { who: 'ada' } });
    });

    it('gives errors as part of the result', async () => {
      const { data, errors } = await transport.execute({ operation: subgraphOperation('{ fail }'), headers });
      expect(data).toEqual({ fail: null });
      expect(errors).toMatchObject([{ message: 'No', path: ['fail'], extensions: { code: 'NO_WAY' } }]);
    });

    it('delivers events in order, and ends when they end', async () => {
      const seen = [];
      const operation = subgraphOperation('subscription($to: Int!) { count(to: $to) }');
      for await (const message of transport.subscribe({ operation, variables: { to: 100 }, headers })) if ('data' in message) seen.push(Number(message.data?.['count']));
      expect(seen).toEqual(Array.from({ length: 100 }, (_, index) => index + 1));
    });

    it('asks for no more events than its reader and the way there can hold', async () => {
      const events = transport.subscribe({ operation: subgraphOperation('subscription { count(to: 100000, size: 100000) }'), headers });
      await events.next();
      let before = -1;
      while (before !== counter.produced) {
        before = counter.produced;
        // Round trips on the same way give the events every opportunity to go on.
        for (let trip = 0; trip < 50; trip += 1) await transport.execute({ operation: subgraphOperation('{ who }'), headers });
      }
      expect(counter.produced).toBeLessThan(500);
      const standstill = counter.produced;
      const read = async () => parseInt(String((await events.next()).value.data.count), 10);
      for (let number = 2; number <= standstill + 10; number += 1) expect(await read()).toBe(number);
      await events.return?.();
      await until(() => counter.open === 0);
    });

    it('tells positions in order with the events, and lets none go back', async () => {
      const places: string[] = [];
      for await (const message of transport.subscribe({ operation: subgraphOperation('subscription { places }'), headers })) {
        places.push(isPosition(message) ? `at ${message.position}` : String(message.data?.['places']));
        if (places.at(-1) === 'at @6') break;
      }
      counter.left.resolve(undefined);
      const order = places.map((place) => Number(place.replace(/^.*@/, '')));
      expect(order).toEqual([...order].sort());
      expect(places.filter((place) => !place.startsWith('at'))).toEqual(['@1', '@2', '@5']);
      // One may take the place of another that nobody has read yet.
      expect(places).toContain('at @4');
      expect(places).toContain('at @0');
    });

    it('ends a subscription that is refused with one result that has no data', async () => {
      const events = transport.subscribe({ operation: subgraphOperation('subscription { refused }'), headers });
      const { value } = await events.next();
      expect(value).toMatchObject({ errors: [{ message: 'No', extensions: { code: 'NO_WAY' } }] });
      expect(value.errors[0]).toBeInstanceOf(GraphQLError);
      expect(value.data).toBeUndefined();
      expect(await events.next()).toMatchObject({ done: true });
    });

    it('leaves a silent subscription at once, though its reader waits for an event', async () => {
      const events = transport.subscribe({ operation: subgraphOperation('subscription { silence }'), headers });
      const waiting = events.next();
      await until(() => counter.open === 1);
      await events.return?.();
      expect(await waiting).toEqual({ value: undefined, done: true });
      await until(() => counter.open === 0);
    });

    it('leaves a subscription when its signal is aborted', async () => {
      const leaving = new AbortController();
      const events = transport.subscribe({ operation: subgraphOperation('subscription { silence }'), headers, signal: leaving.signal });
      const waiting = events.next();
      await until(() => counter.open === 1);
      leaving.abort();
      expect(await waiting).toEqual({ value: undefined, done: true });
      await until(() => counter.open === 0);
    });

    it('ends its subscriptions when it stops', async () => {
      const waiting = transport.subscribe({ operation: subgraphOperation('subscription { silence }'), headers }).next();
      await until(() => counter.open === 1);
      await transport.stop();
      expect(await waiting).toEqual({ value: undefined, done: true });
      await until(() => counter.open === 0);
    });
  });
}
