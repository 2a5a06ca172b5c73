import { becomes, becomesSame, same } from '../deviation';
import { federation, graphqlSpec, protocol, type Point } from '../point';
import { hears, numbers, type Trial } from '../trial';

const once = protocol('it gets every event once, in order');
const rest = protocol('What other subgraphs add to it is the *rest*');
const executes = graphqlSpec('6.2.3.2, MapSourceToResponseEvent: each event of the source stream is executed with the operation and its variables');

const dataOf = async (trial: Trial, query: string, variables: Readonly<Record<string, unknown>> = {}): Promise<unknown> => {
  const following = await trial.follow({ query, variables: { ...trial.from(0), ...variables } });
  await becomes('a result', () => following.end ?? following.results, (value) => !Array.isArray(value) || value.length > 0);
  same('results without errors, and no end:', { errors: following.results[0]?.errors, end: following.end }, { errors: undefined, end: undefined });
  return following.results[0]?.data;
};

/** Each event, once, as the client asked for it. */
export const delivery: readonly Point[] = [
  {
    name: 'delivery.live', kind: 'core', holds: executes,
    async check(trial) {
      const following = await trial.added({ after: 'now' });
      await trial.isFollowed();
      trial.channel.append();
      await hears(following, [1]);
      trial.channel.append();
      await hears(following, [1, 2]);
    },
  },
  {
    name: 'delivery.each-event-once', kind: 'core', holds: once,
    async check(trial) {
      const { channel } = trial;
      for (let count = 0; count < 60; count += 1) channel.append();
      const following = await trial.added({ select: 'text item { label }' });
      await trial.isFollowed();
      for (let count = 0; count < 60; count += 1) channel.append();
      await hears(following, numbers(120));
      channel.append();
      await hears(following, numbers(121));
    },
  },
  {
    name: 'delivery.variables', kind: 'core', holds: executes,
    async check(trial) {
      const following = await trial.follow({
        query: 'subscription($channel: String!, $after: String, $only: String = "yes") { added(channel: $channel, after: $after, only: $only) { number } }', variables: trial.from(0),
      });
      for (const text of ['no', 'yes', 'no', 'yes']) trial.channel.append({ text });
      await hears(following, [2, 4]);
    },
  },
  {
    name: 'delivery.literals', kind: 'core', holds: executes,
    async check(trial) {
      for (let count = 0; count < 3; count += 1) trial.channel.append();
      await hears(await trial.follow({ query: `subscription { added(channel: "${trial.channel.name}", after: "${trial.channel.cursorOf(1)}") { number } }` }), [2, 3]);
    },
  },
  {
    name: 'delivery.aliases', kind: 'core', holds: executes,
    async check(trial) {
      trial.channel.append({ text: 'one', items: ['b'] });
      const data = await dataOf(trial, 'subscription($channel: String!, $after: String) { it: added(channel: $channel, after: $after) { text: number number: text thing: item { version: label label: version } } }');
      same('data', data, { it: { text: 1, number: 'one', thing: { version: 'label of b', label: 1 } } });
    },
  },
  {
    name: 'delivery.fragments', kind: 'core', holds: executes,
    async check(trial) {
      trial.channel.append({ text: 'one' });
      const data = await dataOf(trial, `subscription($channel: String!, $after: String) { ...Root }
        fragment Root on Subscription { added(channel: $channel, after: $after) { ...Whole ... on Numbered { number } __typename } }
        fragment Whole on Entry { text item { ...Thing } }
        fragment Thing on Item { id label __typename }`);
      same('data', data, { added: { text: 'one', item: { id: `${trial.channel.name}/a`, label: 'label of a', __typename: 'Item' }, number: 1, __typename: 'Entry' } });
    },
  },
  {
    name: 'delivery.conditions', kind: 'core', holds: executes,
    async check(trial) {
      trial.channel.append({ text: 'one' });
      const query = 'subscription($channel: String!, $after: String, $full: Boolean!) { added(channel: $channel, after: $after) { number text @skip(if: $full) item @include(if: $full) { label } } }';
      same('data', await dataOf(trial, query, { full: true }), { added: { number: 1, item: { label: 'label of a' } } });
      same('data', await dataOf(trial, query, { full: false }), { added: { number: 1, text: 'one' } });
    },
  },
  {
    name: 'delivery.rest', kind: 'core', holds: rest,
    async check(trial) {
      trial.channel.append({ items: ['b'] });
      same('data', await dataOf(trial, 'subscription($channel: String!, $after: String) { added(channel: $channel, after: $after) { item { label version } } }'), { added: { item: { label: 'label of b', version: 1 } } });
    },
  },
  {
    name: 'delivery.nested-rest', kind: 'core', holds: rest,
    async check(trial) {
      trial.channel.append({ items: ['b'] });
      const data = await dataOf(trial, 'subscription($channel: String!, $after: String) { added(channel: $channel, after: $after) { number item { owner { name } } certain { owner { id } label } } }');
      same('data', data, { added: { number: 1, item: { owner: { name: 'the owner of b' } }, certain: { owner: { id: 'owner of b' }, label: 'label of b' } } });
    },
  },
  {
    name: 'delivery.lists', kind: 'core', holds: federation('_entities answers representations in their order, and one may stand there twice'),
    async check(trial) {
      trial.channel.append({ items: ['c', 'a', 'c', 'b'] });
      const label = (item: string) => ({ label: `label of ${item}`, owner: { name: `the owner of ${item}` } });
      const data = await dataOf(trial, 'subscription($channel: String!, $after: String) { added(channel: $channel, after: $after) { items { label owner { name } } } }');
      same('data', data, { added: { items: [label('c'), label('a'), label('c'), label('b')] } });
    },
  },
  {
    name: 'delivery.mutation', kind: 'core', holds: executes,
    async check(trial) {
      const following = await trial.added({ select: 'text' });
      const { data } = await trial.ask('mutation($channel: String!) { append(channel: $channel, text: "by mutation") }', { channel: trial.channel.name });
      same('data of the mutation', data, { append: 1 });
      await becomesSame('results', () => following.results, [{ data: { added: { number: 1, text: 'by mutation' } } }]);
    },
  },
  {
    name: 'delivery.completes', kind: 'core', holds: graphqlSpec('6.2.3, Subscription: when the source stream completes, so does the response stream'),
    async check(trial) {
      const following = await trial.added();
      await trial.isFollowed();
      trial.channel.append();
      await hears(following, [1]);
      trial.channel.end();
      await becomesSame('an end', () => following.end, { kind: 'complete' });
    },
  },
];
