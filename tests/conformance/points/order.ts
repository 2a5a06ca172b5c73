import { setImmediate as nextTurn } from 'node:timers/promises';
import { becomes, holds } from '../deviation';
import { protocol, type Point } from '../point';
import { hears, numbers, type Trial } from '../trial';
import type { Following } from '../clients/following';

const ordered = protocol('it gets every event once, in order');

const BARRIERS = 20;

/** Waits until so many questions wait in the catalogue, or a gateway that asks them one after another has had every chance to. */
async function asksAhead(trial: Trial, questions: number): Promise<void> {
  await becomes('a question for the first item', () => trial.channel.heldAnswers, (held) => held > 0);
  for (let barrier = 0; barrier < BARRIERS && trial.channel.heldAnswers < questions; barrier += 1) await trial.ask('query($channel: String!) { head(channel: $channel) }', { channel: trial.channel.name });
}

/** Answers what is asked of the catalogue, the last of what waits first, until so many results have come. */
async function answerBackwards(trial: Trial, following: Following, results: number, meanwhile: () => void = () => undefined): Promise<void> {
  await becomes(`${results} results`, () => {
    if (trial.channel.heldAnswers > 0) {
      meanwhile();
      trial.channel.answer('last');
    }
    return following.results.length;
  }, (length) => length >= results);
}

const versionsOf = ({ results }: Following): readonly { number: number; version: number }[] =>
  results.map(({ data }) => data?.['added'] as { number: number; item: { version: number } }).map(({ number, item: { version } }) => ({ number, version }));

/** Events in the order of their feed, whatever is read beside them. */
export const order: readonly Point[] = [
  {
    name: 'order.burst', kind: 'core', holds: ordered,
    async check(trial) {
      const following = await trial.added({ select: 'item { label }' });
      for (let count = 0; count < 300; count += 1) {
        trial.channel.append({ items: [`item-${count % 7}`] });
        if (count % 10 === 0) await nextTurn();
      }
      await hears(following, numbers(300));
    },
  },
  {
    name: 'order.slow-rest', kind: 'core', holds: ordered,
    async check(trial) {
      const following = await trial.added({ select: 'item { label }' });
      trial.channel.holds = true;
      for (const item of ['a', 'b', 'c', 'd']) trial.channel.append({ items: [item] });
      await asksAhead(trial, 4);
      await answerBackwards(trial, following, 4);
      await hears(following, numbers(4));
    },
  },
  {
    name: 'order.rest-not-older', kind: 'core', holds: protocol('an entity beside an event may be newer than the event, never older'),
    async check(trial) {
      const following = await trial.added({ select: 'item { version }' });
      for (let count = 0; count < 40; count += 1) {
        trial.channel.append();
        if (count % 3 === 0) await nextTurn();
      }
      await hears(following, numbers(40));
      const older = versionsOf(following).filter(({ number, version }) => version < number);
      holds('no version from before its event', older.length === 0, older);
    },
  },
  {
    name: 'order.entity-never-goes-back', kind: 'extension', holds: protocol('within one subscription the same entity never goes back'),
    async check(trial) {
      const following = await trial.added({ select: 'item { version }' });
      trial.channel.holds = true;
      // One after another, so that each has a question of its own: several events that are there at once may share one.
      for (let count = 1; count <= 6; count += 1) {
        trial.channel.append();
        await asksAhead(trial, count);
      }
      // What is answered later has been read later: answered backwards, the first event would show the newest version.
      await answerBackwards(trial, following, 12, () => {
        if (trial.channel.entries.length < 12) trial.channel.append();
      });
      const versions = versionsOf(following).map(({ version }) => version);
      holds('versions that never go back', versions.every((version, index) => version >= (versions[index - 1] ?? 0)), versions);
    },
  },
  {
    name: 'order.slow-rest-holds-up-nobody-else', kind: 'core', holds: protocol('Nobody waits for a slower one'),
    async check(trial) {
      const slow = await trial.added({ select: 'item { label }' });
      const other = await trial.added();
      trial.channel.holds = true;
      for (let count = 0; count < 5; count += 1) trial.channel.append();
      await hears(other, numbers(5));
      trial.channel.release();
      await hears(slow, numbers(5));
    },
  },
];
