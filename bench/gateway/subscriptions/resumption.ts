import type { Crowd } from './crowd';
import type { Counts } from './messages';
import { Publisher } from './publisher';

const MISSED = 10;
const RESUMED_WITHIN_MS = 180_000;

export interface Resumption {
  /** Seconds from the kill until everyone had all that was published meanwhile; the subgraph's own start is in it. */
  readonly fromKill: number;
  /** Seconds from the subgraph's listening again. */
  readonly fromReturn: number;
  /** After one more event. */
  readonly counts: Counts;
  readonly feed: Publisher;
}

/** Kills the subgraph without a word, lets it come back with events that nobody has had, and waits until everyone has them. */
export const resume = async (feed: Publisher, crowd: Crowd): Promise<Resumption> => {
  await crowd.reach(feed.head, RESUMED_WITHIN_MS);
  const killed = performance.now();
  await feed.process.stop('SIGKILL');
  const back = await Publisher.feed(Number(new URL(feed.url).port), feed.head + MISSED);
  const returned = performance.now();
  try {
    await crowd.reach(back.head, RESUMED_WITHIN_MS);
    const resumed = performance.now();
    back.publish();
    await crowd.reach(back.head, RESUMED_WITHIN_MS);
    return { fromKill: (resumed - killed) / 1_000, fromReturn: (resumed - returned) / 1_000, counts: await crowd.counts(), feed: back };
  } catch (error) {
    await back.process.stop();
    throw error;
  }
};
