import { buildSchema, parse } from 'graphql';
import { OpenSubscription } from './open-subscription';
import type { TellPosition } from './open-subscription';
import type { SubgraphMessage } from './subgraph-transport';

const schema = buildSchema('type Query { a: Int } type Subscription { a: Int }');

/** A source in the hands of a test. */
class ByHand implements AsyncIterableIterator<{ a: () => unknown }> {
  private readonly asked: ((step: IteratorResult<{ a: () => unknown }>) => void)[] = [];
  tell!: TellPosition;

  subscription(): OpenSubscription {
    return new OpenSubscription({
      open: (tell) => {
        this.tell = tell;
        return Promise.resolve({ schema, document: parse('subscription { a }'), rootValue: { a: () => this } });
      },
      onEnd: () => undefined,
    });
  }

  give(a: () => unknown): void {
    this.asked.shift()?.({ value: { a }, done: false });
  }

  get pulls(): number {
    return this.asked.length;
  }

  next(): Promise<IteratorResult<{ a: () => unknown }>> {
    return new Promise((resolve) => this.asked.push(resolve));
  }

  return(): Promise<IteratorResult<{ a: () => unknown }>> {
    return Promise.resolve({ value: undefined, done: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

const turn = () => new Promise(setImmediate);
const event = (a: number): SubgraphMessage => ({ data: { a } });

describe('positions of a subscription in process', () => {
  let source: ByHand;
  let subscription: OpenSubscription;
  const next = async () => (await subscription.next()).value as SubgraphMessage;
  beforeEach(() => {
    source = new ByHand();
    subscription = source.subscription();
  });

  it('answer a reader who waits for an event, who then gets the event', async () => {
    const first = next();
    await turn();
    source.tell('@7');
    expect(await first).toEqual({ position: '@7' });
    const second = next();
    source.give(() => 8);
    expect(await second).toEqual(event(8));
    expect(source.pulls).toBe(0);
  });

  it('wait for a reader who is busy, the last alone', async () => {
    source.tell('@1');
    await turn();
    source.tell('@2');
    await turn();
    expect(await next()).toEqual({ position: '@2' });
    expect(source.pulls).toBe(0);
  });

  it('come behind an event that was handed over before and is still being made', async () => {
    const made = Promise.withResolvers<number>();
    const first = next();
    await turn();
    source.give(() => made.promise);
    await turn();
    source.tell('@5');
    await turn();
    made.resolve(5);
    expect(await first).toEqual(event(5));
    expect(await next()).toEqual({ position: '@5' });
  });

  it('come before an event that is handed over later, though the reader was away', async () => {
    const first = next();
    await turn();
    source.tell('@1');
    expect(await first).toEqual({ position: '@1' });
    source.tell('@2');
    await turn();
    source.give(() => 3);
    await turn();
    expect(await next()).toEqual({ position: '@2' });
    expect(await next()).toEqual(event(3));
  });

  it('are let go if nobody can say whether they come before or behind an event', async () => {
    const made = Promise.withResolvers<number>();
    const first = next();
    await turn();
    source.give(() => made.promise);
    source.tell('@5');
    await turn();
    made.resolve(5);
    expect(await first).toEqual(event(5));
    const second = next();
    await turn();
    source.give(() => 6);
    expect(await second).toEqual(event(6));
  });
});
