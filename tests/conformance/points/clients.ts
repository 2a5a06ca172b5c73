import { becomes, becomesSame } from '../deviation';
import { graphqlSpec, protocol, type Point } from '../point';
import { hears, numbers } from '../trial';

const isolation = protocol('Nobody waits for a slower one, and what one client costs is bounded whatever it does.');
const unsubscribe = graphqlSpec('6.2.3.3, Unsubscribe: when a client leaves, the source stream is cancelled');

/** Several clients, and those that leave. */
export const clients: readonly Point[] = [
  {
    name: 'clients.same', kind: 'core', holds: isolation,
    async check(trial) {
      const all = await Promise.all([1, 2, 3].map(() => trial.added({ select: 'item { label }' })));
      for (let count = 0; count < 20; count += 1) trial.channel.append();
      for (const following of all) await hears(following, numbers(20));
    },
  },
  {
    name: 'clients.different-variables', kind: 'core', holds: isolation,
    async check(trial) {
      const query = 'subscription($channel: String!, $after: String, $only: String) { added(channel: $channel, after: $after, only: $only) { number } }';
      const [odd, even] = await Promise.all(['odd', 'even'].map((only) => trial.follow({ query, variables: { ...trial.from(0), only } })));
      for (let number = 1; number <= 10; number += 1) trial.channel.append({ text: number % 2 === 1 ? 'odd' : 'even' });
      if (odd) await hears(odd, [1, 3, 5, 7, 9]);
      if (even) await hears(even, [2, 4, 6, 8, 10]);
    },
  },
  {
    name: 'clients.late', kind: 'core', holds: protocol('from the place where a client began (its cursor, or the moment it subscribed), it gets every event once, in order'),
    async check(trial) {
      const early = await trial.added();
      for (let count = 0; count < 10; count += 1) trial.channel.append();
      await hears(early, numbers(10));
      const [behind, beginning] = [await trial.added({ after: 7 }), await trial.added()];
      trial.channel.append();
      await hears(early, numbers(11));
      await hears(behind, numbers(11, 8));
      await hears(beginning, numbers(11));
    },
  },
  {
    name: 'clients.share-upstream', kind: 'extension', holds: protocol('subscriptions that are equal in document, variables and authorization share one upstream, one run of the rest and one serialization'),
    async check(trial) {
      const all = await Promise.all([1, 2, 3].map(() => trial.added()));
      await becomes('a subscription of the subgraph', () => trial.channel.open, (open) => open > 0);
      await trial.ask('{ __typename }');
      trial.channel.append();
      for (const following of all) await hears(following, [1]);
      await becomesSame('subscriptions of the subgraph, ever:', () => trial.channel.begun.length, 1);
    },
  },
  {
    name: 'clients.leave', kind: 'core', holds: unsubscribe,
    async check(trial) {
      const following = await trial.added();
      await trial.isFollowed();
      following.leave();
      await trial.isFollowed(0);
    },
  },
  {
    name: 'clients.vanish', kind: 'core', holds: unsubscribe,
    async check(trial) {
      const following = await trial.added();
      await trial.isFollowed();
      following.vanish();
      await trial.isFollowed(0);
    },
  },
  {
    name: 'clients.one-leaves', kind: 'core', holds: isolation,
    async check(trial) {
      const [staying, leaving] = [await trial.added(), await trial.added()];
      trial.channel.append();
      await hears(staying, [1]);
      await hears(leaving, [1]);
      leaving.leave();
      trial.channel.append();
      await hears(staying, [1, 2]);
    },
  },
];
