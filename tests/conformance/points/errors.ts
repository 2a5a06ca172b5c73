import { codesOf, type Following, type GraphQLErrorText } from '../clients/following';
import { becomes, holds, same } from '../deviation';
import { graphqlSpec, protocol, type Point } from '../point';
import { endsWith, hears, numbersOf, type Trial } from '../trial';

const beside = protocol('An error in the rest is delivered with its event (`errors` beside `data`), not instead of it.');
const paths = graphqlSpec('7.1.2, Errors: a path begins at the root, with the names that the client gave the fields');
const propagation = graphqlSpec('6.4.4, Handling Execution Errors: null where none may be makes its parent null');
const passedOn = protocol('the subgraph\'s own');

/** The first result of an entry; then another one must come, for an error ends nothing. */
async function resultOf(trial: Trial, select: string, entry: Parameters<Trial['channel']['append']>[0] = {}): Promise<{ readonly data: unknown; readonly errors: readonly GraphQLErrorText[] }> {
  const following = await trial.follow({ query: `subscription($channel: String!, $after: String) { added(channel: $channel, after: $after) { ${select} } }`, variables: trial.from(0) });
  trial.channel.append(entry);
  await heard(following, 1);
  trial.channel.faults.clear();
  trial.channel.append({ items: ['sound'] });
  await heard(following, 2);
  same('errors of the event behind it', following.results[1]?.errors, undefined);
  const [result] = following.results;
  return { data: result?.data, errors: result?.errors ?? [] };
}

async function heard(following: Following, count: number): Promise<void> {
  await becomes(`${count} results`, () => following.end ?? following.results, (value) => value === following.results && following.results.length >= count);
}

function pathIs(errors: readonly GraphQLErrorText[], ...path: readonly (string | number)[]): void {
  same('paths of errors', errors.map((error) => error.path), [path]);
}

/** Errors and nulls: in the event, beside it, and instead of it. */
export const errors: readonly Point[] = [
  {
    name: 'errors.in-event', kind: 'core', holds: paths,
    async check(trial) {
      const { data, errors: told } = await resultOf(trial, 'number bad: trouble', { isBroken: true });
      same('data', data, { added: { number: 1, bad: null } });
      pathIs(told, 'added', 'bad');
    },
  },
  {
    name: 'errors.event-is-null', kind: 'core', holds: propagation,
    async check(trial) {
      const { data, errors: told } = await resultOf(trial, 'number needed', { isBroken: true });
      same('data', data, { added: null });
      pathIs(told, 'added', 'needed');
    },
  },
  {
    name: 'errors.code-kept', kind: 'core', holds: passedOn,
    async check(trial) {
      trial.channel.faults.add('a.trouble');
      const { errors: told } = await resultOf(trial, 'number trouble item { trouble }', { isBroken: true });
      same('codes', [...codesOf(told)].sort(), ['AT_FAULT', 'BROKEN']);
    },
  },
  {
    name: 'errors.in-rest', kind: 'core', holds: beside,
    async check(trial) {
      trial.channel.faults.add('a.trouble');
      const { data, errors: told } = await resultOf(trial, 'number item { label trouble }');
      same('data', data, { added: { number: 1, item: { label: 'label of a', trouble: null } } });
      pathIs(told, 'added', 'item', 'trouble');
    },
  },
  {
    name: 'errors.in-rest-by-alias', kind: 'core', holds: paths,
    async check(trial) {
      trial.channel.faults.add('a.trouble');
      const following = await trial.follow({
        query: 'subscription($channel: String!, $after: String) { it: added(channel: $channel, after: $after) { n: number thing: item { trouble: label bad: trouble } } }', variables: trial.from(0),
      });
      trial.channel.append();
      await heard(following, 1);
      same('data', following.results[0]?.data, { it: { n: 1, thing: { trouble: 'label of a', bad: null } } });
      pathIs(following.results[0]?.errors ?? [], 'it', 'thing', 'bad');
    },
  },
  {
    name: 'errors.in-list', kind: 'core', holds: paths,
    async check(trial) {
      trial.channel.faults.add('b.trouble');
      const { data, errors: told } = await resultOf(trial, 'items { label trouble }', { items: ['a', 'b', 'c'] });
      const item = (name: string) => ({ label: `label of ${name}`, trouble: name === 'b' ? null : `trouble of ${name}` });
      same('data', data, { added: { items: ['a', 'b', 'c'].map(item) } });
      pathIs(told, 'added', 'items', 1, 'trouble');
    },
  },
  {
    name: 'errors.rest-is-null', kind: 'core', holds: propagation,
    async check(trial) {
      trial.channel.faults.add('b.label');
      const { data, errors: told } = await resultOf(trial, 'number item { label } items { label }', { items: ['b', 'c'] });
      same('data', data, { added: { number: 1, item: null, items: [null, { label: 'label of c' }] } });
      const misplaced = told.filter(({ path = [] }) => path[0] !== 'added' || (path[1] !== 'item' && (path[1] !== 'items' || path[2] !== 0)));
      holds('errors at item and at items[0], and nowhere else', told.length > 0 && misplaced.length === 0, told);
    },
  },
  {
    name: 'errors.rest-makes-event-null', kind: 'core', holds: propagation,
    async check(trial) {
      trial.channel.faults.add('a.label');
      const { data, errors: told } = await resultOf(trial, 'number certain { label }');
      same('data', data, { added: null });
      holds('an error at added.certain', told.some(({ path = [] }) => path[0] === 'added' && path[1] === 'certain'), told);
    },
  },
  {
    name: 'errors.entity-missing', kind: 'core', holds: propagation,
    async check(trial) {
      trial.channel.faults.add('a');
      const { data } = await resultOf(trial, 'number item { label }');
      same('data', data, { added: { number: 1, item: null } });
    },
  },
  {
    name: 'errors.rest-unreachable', kind: 'core', holds: beside, alone: true,
    async check(trial) {
      const following = await trial.added({ select: 'item { label }' });
      trial.channel.append();
      await hears(following, [1]);
      const { catalogue } = trial.field.subgraphs;
      await catalogue.stop();
      try {
        trial.channel.append();
        await hears(following, [1, 2], undefined, 60_000);
      } finally {
        await catalogue.start();
      }
      same('data', following.results[1]?.data, { added: { number: 2, item: null } });
      holds('errors beside it', (following.results[1]?.errors ?? []).length > 0, following.results[1]);
      trial.channel.append();
      await hears(following, [1, 2, 3]);
    },
  },
  {
    name: 'errors.refused-at-start', kind: 'core', holds: passedOn,
    async check(trial) {
      trial.channel.refusal = { code: 'NOT_FOR_YOU', message: 'Not for you' };
      await endsWith(await trial.added(), ['NOT_FOR_YOU']);
    },
  },
  {
    name: 'errors.ends-midway', kind: 'core', holds: passedOn,
    async check(trial) {
      const following = await trial.added();
      trial.channel.append();
      await hears(following, [1]);
      trial.channel.end('IT_IS_OVER');
      await endsWith(following, ['IT_IS_OVER']);
      same('entries until then', numbersOf(following), [1]);
    },
  },
];
