import type { FeedDefinition, FeedEntry } from '@test-planning/kernel/feeds';
import { MemoryFeeds } from '@test-planning/kernel/memory';
import type { Condition } from '@test-planning/kernel/read-models';
import fc from 'fast-check';
import type { FeedFollower } from './feed-follower';
import { FeedTails } from './feed-tails';

interface Note {
  colour: string;
}

const notes: FeedDefinition<Note> = { name: 'notes', fields: { colour: { kind: 'keywords', of: ({ colour }) => [colour] } } };
const OWNER = 'alpha';
const red: Condition[] = [{ field: 'colour', anyOf: ['red'] }];
const EVERY_MS = 1_000;

/** A feed to which colours are appended. */
const setUp = (kept?: number) => {
  const feeds = new MemoryFeeds([notes]);
  let appended = 0;
  return {
    tails: new FeedTails(feeds, kept, EVERY_MS),
    append: (...colours: string[]) => feeds.append(colours.map((colour) => ({ feed: 'notes', owner: OWNER, key: String(appended += 1), entry: { colour } }))),
    head: () => feeds.head('notes', OWNER),
  };
};

/** Lets everything that needs no timer happen. */
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
};

const nextRound = (): void => jest.advanceTimersByTime(EVERY_MS);

beforeEach(() => {
  jest.useFakeTimers({ doNotFake: ['setImmediate', 'clearImmediate', 'nextTick', 'queueMicrotask', 'setTimeout', 'clearTimeout', 'Date', 'performance', 'hrtime'] });
});
afterEach(() => jest.useRealTimers());

describe('a follower', () => {
  test('tells where it begins, once it is read', async () => {
    const { tails, append } = setUp();
    await append('green', 'red', 'green');
    const told: number[] = [];
    const follower = tails.follow(notes, OWNER, { after: 3, head: 3 }, red, (number) => void told.push(number));
    nextRound();
    expect(told).toEqual([]);
    const first = follower.next();
    await settle();
    expect(told).toEqual([3]);
    await append('red');
    expect((await first).value).toMatchObject({ number: 4 });
    await follower.return();
  });

  test('tells how far it came while nothing was for it, in rounds, and nothing twice', async () => {
    const { tails, append } = setUp();
    const told: number[] = [];
    const follower = tails.follow(notes, OWNER, { after: 0, head: 0 }, red, (number) => void told.push(number));
    const first = follower.next();
    await append('green', 'green');
    await settle();
    expect(told).toEqual([0]);
    nextRound();
    nextRound();
    await append('green');
    await settle();
    nextRound();
    expect(told).toEqual([0, 2, 3]);
    await append('red');
    await first;
    const second = follower.next();
    await settle();
    nextRound();
    // The entry told its place itself.
    expect(told).toEqual([0, 2, 3]);
    await append('green');
    await settle();
    nextRound();
    expect(told).toEqual([0, 2, 3, 5]);
    await follower.return();
    await second;
  });

  test('says nothing while what it handed out may still be on its way, nor when it has ended', async () => {
    const { tails, append } = setUp();
    const told: number[] = [];
    const follower = tails.follow(notes, OWNER, { after: 0, head: 0 }, red, (number) => void told.push(number));
    const first = follower.next();
    await append('red', 'green', 'green');
    await first;
    await settle();
    nextRound();
    expect(told).toEqual([0]);
    const second = follower.next();
    await settle();
    nextRound();
    expect(told).toEqual([0, 3]);
    await append('green');
    await settle();
    await follower.return();
    await second;
    await follower.next();
    nextRound();
    expect(told).toEqual([0, 3]);
  });

  test('takes no timer where nobody listens, and all that listen take one', async () => {
    const { tails } = setUp();
    const silent = tails.follow(notes, OWNER, { after: 0, head: 0 }, red);
    expect(jest.getTimerCount()).toBe(0);
    const followers = [1, 2, 3].map(() => tails.follow(notes, OWNER, { after: 0, head: 0 }, red, () => undefined));
    expect(jest.getTimerCount()).toBe(1);
    for (const follower of [silent, ...followers]) await follower.return();
    expect(jest.getTimerCount()).toBe(0);
  });
});

type Message = { kind: 'entry'; number: number } | { kind: 'position'; number: number };

/** One connection: what is on its way to a client, in the order in which it was sent. An entry takes as long to be sent as the scheduler wants. */
class Connection {
  readonly sent: Message[] = [];
  private readonly follower: FeedFollower<Note>;
  private readonly serving: Promise<void>;

  constructor(tails: FeedTails, after: number, head: number, private readonly scheduler: fc.Scheduler) {
    this.follower = tails.follow(notes, OWNER, { after, head }, red, (number) => void this.sent.push({ kind: 'position', number }));
    this.serving = this.serve();
  }

  private async serve(): Promise<void> {
    for await (const { number } of this.follower as AsyncIterable<FeedEntry<Note>>) {
      await this.scheduler.schedule(Promise.resolve(), `send ${String(number)}`);
      this.sent.push({ kind: 'entry', number });
    }
  }

  async close(): Promise<void> {
    await this.follower.return();
    await this.scheduler.waitFor(this.serving);
  }
}

test('who comes back with the last place it was told misses nothing and gets nothing twice, wherever the connection was cut', async () => {
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.record({ do: fc.constant('append' as const), colours: fc.array(fc.constantFrom('red', 'green', 'green', 'green'), { minLength: 1, maxLength: 30 }) }) },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('round' as const) }) },
    { weight: 6, arbitrary: fc.record({ do: fc.constant('send' as const) }) },
    // How much of what was sent did not arrive.
    { weight: 3, arbitrary: fc.record({ do: fc.constant('cut' as const), lost: fc.nat(6) }) },
  );
  const places = { entries: 0, positions: 0 };
  await fc.assert(fc.asyncProperty(fc.scheduler(), fc.array(step, { minLength: 5, maxLength: 40 }), fc.integer({ min: 1, max: 20 }), async (scheduler, steps, kept) => {
    const { tails, append, head } = setUp(kept);
    const all: string[] = [];
    const received: number[] = [];
    /** The client's place; before it was told any, where it begins is not its to choose. */
    let place: number | undefined;
    let begun = 0;
    const connect = async (): Promise<Connection> => {
      const end = await head();
      if (place === undefined) begun = end;
      return new Connection(tails, place ?? end, end, scheduler);
    };
    const receive = (messages: readonly Message[]): void => {
      for (const { kind, number } of messages) {
        if (kind === 'entry') received.push(number);
        if (kind === 'entry') places.entries += 1;
        else places.positions += 1;
        // A place never goes back: what it was told would come again.
        expect(number).toBeGreaterThanOrEqual(place ?? 0);
        place = number;
      }
    };

    let connection = await connect();
    for (const action of steps) {
      switch (action.do) {
        case 'append':
          all.push(...action.colours);
          await append(...action.colours);
          await settle();
          break;
        case 'round':
          nextRound();
          break;
        case 'send':
          if (scheduler.count() > 0) await scheduler.waitOne();
          await settle();
          break;
        case 'cut':
          await settle();
          receive(connection.sent.slice(0, Math.max(0, connection.sent.length - action.lost)));
          await connection.close();
          connection = await connect();
          break;
      }
    }
    await settle();
    while (scheduler.count() > 0) {
      await scheduler.waitAll();
      await settle();
    }
    nextRound();
    receive(connection.sent);
    await connection.close();
    expect(received).toEqual(all.flatMap((colour, index) => (colour === 'red' && index >= begun ? [index + 1] : [])));
    // In the end everything was either delivered or told to be no concern of the client's.
    expect(place).toBe(all.length);
  }), { numRuns: 500 });
  expect(Math.min(places.entries, places.positions)).toBeGreaterThan(500);
});
