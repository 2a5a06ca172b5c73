import { EventEmitter, once } from 'node:events';
import { within } from '../../../tests/system/within';
import { ownProcess, start, type Spawned } from '../spawned';
import type { Counts, FromSubscribers, Subscribe } from './messages';

const SUBSCRIBED_WITHIN_MS = 180_000;
const STARTED_WITHIN_MS = 120_000;
const COUNTED_WITHIN_MS = 30_000;
const PRIME_EVERY_MS = 500;

/** The subscribers of one server, in a process of their own. */
export class Crowd {
  /** The last event that all of them have had. */
  completed = 0;
  private readonly news = new EventEmitter();

  private constructor(private readonly process: Spawned) {
    process.child.on('message', (told: FromSubscribers) => {
      if (told.kind === 'all') this.completed = told.number;
      this.news.emit(told.kind, told);
    });
    process.child.once('exit', () => {
      // Whoever waits for news of them is told.
      if (this.news.listenerCount('error') > 0) this.news.emit('error', new Error(`The subscribers ended:\n${process.output()}`));
    });
  }

  /** Opens all sockets, and publishes until each has had an event: only then is it known that they are all subscribed. */
  static async gather(subscribe: Subscribe, publish: () => void): Promise<Crowd> {
    const crowd = new Crowd(start(ownProcess('subscribers'), { on: 'others' }));
    crowd.process.child.send(subscribe);
    try {
      await crowd.waitFor(SUBSCRIBED_WITHIN_MS, 'all to subscribe', once(crowd.news, 'subscribed'));
      const priming = setInterval(publish, PRIME_EVERY_MS);
      await crowd.waitFor(STARTED_WITHIN_MS, 'the first event of each subscriber', once(crowd.news, 'started')).finally(() => clearInterval(priming));
      return crowd;
    } catch (error) {
      await crowd.leave();
      throw error;
    }
  }

  /** Waits until all have had the event with this number. */
  async reach(number: number, withinMs: number): Promise<void> {
    let leave: (() => void) | undefined;
    const reached = new Promise<void>((done) => {
      const look = (): void => {
        if (this.completed >= number) done();
      };
      leave = this.onCompleted(look);
      look();
    });
    await this.waitFor(withinMs, `event ${number} to come to all`, reached).finally(leave);
  }

  /** @throws {Error} with what the subscribers have had, if it takes longer. */
  async waitFor<Value>(withinMs: number, what: string, promise: Promise<Value>): Promise<Value> {
    return within(withinMs, what, promise).catch(async (error: unknown) => {
      throw new Error(`${error instanceof Error ? error.message : String(error)}; the subscribers say ${JSON.stringify(await this.counts())}`, { cause: error });
    });
  }

  /** Calls back each time that all have had one more event. */
  onCompleted(listener: () => void): () => void {
    this.news.on('all', listener);
    return () => void this.news.removeListener('all', listener);
  }

  async counts(): Promise<Counts> {
    const told = once(this.news, 'counts') as Promise<[Counts]>;
    this.process.child.send({ count: true });
    const [counts] = await within(COUNTED_WITHIN_MS, 'the subscribers to count', told);
    return counts;
  }

  async leave(): Promise<void> {
    this.news.removeAllListeners();
    await this.process.stop();
  }
}
