import { becomes, NotTested, same } from '../deviation';
import { protocol, type Point } from '../point';
import type { StartedGateway } from '../started-gateway';
import type { Variant } from '../subgraphs/feed';
import { endsWith, hears, numbers, numbersOf, type Trial } from '../trial';

const across = protocol('across lost sockets and restarts of subgraphs and across new supergraphs');
const NOTICED_WITHIN_MS = 30_000;

async function serves(trial: Trial, gateway: StartedGateway, variant: Variant): Promise<boolean> {
  gateway.serve(trial.field.supergraph(variant));
  const late = performance.now() + NOTICED_WITHIN_MS;
  const isServed = async (): Promise<boolean> => (variant === 'with a new field'
    ? (await trial.ask('{ __type(name: "Query") { fields { name } } recent }')).data !== undefined && (await trial.ask('{ recent }')).errors === undefined
    : (await trial.ask(`subscription { added(channel: "${trial.channel.name}") { number } }`)).errors?.some(({ message }) => message.includes('"added"')) === true);
  while (performance.now() < late) if (await isServed()) return true;
  return false;
}

const unnoticed = `the gateway does not serve a new supergraph within ${NOTICED_WITHIN_MS / 1_000} s of its file's being written (or has no introspection)`;

/** A new supergraph, without a restart. */
export const reload: readonly Point[] = [
  {
    name: 'reload.goes-on', kind: 'extension', holds: across, needs: ['process'], alone: true,
    async check(trial) {
      const { gateway, trial: own } = await trial.another();
      const following = await own.added({ select: 'item { label }' });
      own.channel.append();
      await hears(following, [1]);
      if (!await serves(own, gateway, 'with a new field')) throw new NotTested(unnoticed);
      for (let count = 0; count < 3; count += 1) own.channel.append();
      await hears(following, numbers(4));
      const later = await own.added({ after: 2 });
      await hears(later, [3, 4]);
    },
  },
  {
    name: 'reload.field-gone', kind: 'extension', holds: protocol('a new supergraph does not have it any more'), needs: ['process'], alone: true,
    async check(trial) {
      const { gateway, trial: own } = await trial.another();
      const following = await own.added();
      own.channel.append();
      await hears(following, [1]);
      const other = await own.follow({ query: 'subscription($channel: String!) { heard(channel: $channel) { number } }', variables: { channel: own.channel.name } });
      await own.isFollowed(2);
      gateway.serve(own.field.supergraph('without the subscription'));
      await endsWith(following, ['GRAPHQL_VALIDATION_FAILED'], NOTICED_WITHIN_MS);
      // The other one is still there, or was told to come back: it is not resumable, and so may not have been taken along.
      own.channel.append();
      await becomes('the next entry, or an end with an error', () => other.end ?? other.results, (value) => value === other.end || other.results.length === 1);
      if (other.end) await endsWith(other, ['UNAVAILABLE']);
      same('entries of the one whose field is gone', numbersOf(following), [1]);
    },
  },
  {
    name: 'reload.refused', kind: 'core', holds: protocol('it never goes on with a gap'), needs: ['process'], alone: true,
    async check(trial) {
      const { gateway, trial: own } = await trial.another();
      const following = await own.added({ select: 'item { label }' });
      own.channel.append();
      await hears(following, [1]);
      gateway.serve('this is no supergraph');
      if (!await serves(own, gateway, 'with a new field')) throw new NotTested(unnoticed);
      own.channel.append();
      await hears(following, [1, 2]);
    },
  },
];
