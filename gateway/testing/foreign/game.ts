import { GraphQLError } from 'graphql';
import { DataSet } from './foreign-supergraph';
import type { ForeignSupergraph, Row } from './foreign-supergraph';

const realm = `
schema { query: Realm mutation: Deeds }
type Realm { world: World!  hero(name: String! = "Ajax"): Hero  critical(fail: Boolean! = false): Int!  clock: Clock! @shareable  beings: [Being]  stock: [[Thing!]] }
type Deeds { strike(target: ID!, force: Int = 1): Creature  rest: Clock!  fail(hard: Boolean = false): String  deeds: [String!]! @shareable }
type World { regions(limit: Int = 3): [Region!]! name: String! ruler: Hero! map: Grid }
scalar Grid
type Clock @shareable { turn: Int! phase: Phase }
enum Phase { DAY NIGHT ECLIPSE @inaccessible }
type Region @key(fields: "code") { code: ID! name: String beings: [Being!] capital: Region borders: [Region]! }
interface Being { id: ID! name: String }
interface Fighter implements Being { id: ID! name: String power: Int! }
type Hero implements Fighter & Being @key(fields: "id") @key(fields: "guild { code } rank") { id: ID! name: String @shareable power: Int! guild: Guild! rank: Int! bag: [Thing] rival: Fighter }
type Creature implements Fighter & Being @key(fields: "id") { id: ID! name: String power: Int! loot: Thing kin: [Creature!] }
type Spirit implements Being @key(fields: "id") @inaccessible { id: ID! name: String }
type Ghost implements Being @key(fields: "id") { id: ID! name: String power: String }
type Guild @key(fields: "code", resolvable: false) { code: ID! }
union Thing = Sword | Potion | Relic
type Sword { id: ID! edge: Int! name: String }
type Potion { id: ID! doses: Int name: String! }
type Relic @inaccessible { id: ID! age: Int }
`;

const guilds = `
type Query { guild(code: ID!): Guild  guilds: [Guild!]  clock: Clock! @shareable }
type Mutation { join(guild: ID!, hero: ID!): Guild!  deeds: [String!]! @shareable }
type Guild @key(fields: "code") { code: ID! motto(loud: Boolean): String members(min: Int = 0): [Hero!] master: Hero @provides(fields: "name") rivals: [[Guild]] }
type Hero @key(fields: "guild { code } rank") { guild: Guild! rank: Int! name: String @external dues: Float! title: String }
type Clock @shareable { turn: Int! phase: Phase }
enum Phase { DAY NIGHT }
`;

const quests = `
type Query { quest(id: ID!): Quest  quests(states: [State!] = [OPEN, DONE]): [Quest]! }
enum State { OPEN DONE LOST }
type Quest @key(fields: "id") { id: ID! state: State! goal: Goal party: [Fighter!] parent: Quest reward: Float sub(state: State): [Quest!]! }
union Goal = Region | Creature | Hero
interface Fighter { id: ID! }
type Hero implements Fighter @key(fields: "id") { id: ID! quests: [Quest!] fame: Int @requires(fields: "power") power: Int! @external }
type Creature implements Fighter @key(fields: "id") { id: ID! quests: [Quest!] bounty(coin: String = "gold"): String @requires(fields: "power name kin { power }") power: Int! @external name: String @external kin: [Creature!] @external }
type Region @key(fields: "code") { code: ID! quests(first: Int): [Quest] danger: Float @requires(fields: "capital { name } borders { code name }") capital: Region @external borders: [Region]! @external name: String @external }
`;

class Game extends DataSet {
  turn = 1;
  readonly deeds: string[] = [];
}

function rows(): Row[] {
  return [
    { __typename: 'Region', id: 'r1', code: 'r1', name: 'Vale', beings: ['h1', 'c1'], capital: 'r2', borders: ['r2', null] },
    { __typename: 'Region', id: 'r2', code: 'r2', name: null, beings: null, capital: null, borders: [] },
    { __typename: 'Region', id: 'r3', code: 'r3', name: 'Mire', beings: ['g1', 's1'], capital: 'r1', borders: ['r1', 'r2'], failsIn: { quests: 'ENTITY_FLOODED' } },
    { __typename: 'Hero', id: 'h1', name: 'Ajax', power: 9, guild: 'g', rank: 1, bag: ['w1', null, 'w2'], rival: 'c1', dues: 1.5, title: 'Sir' },
    { __typename: 'Hero', id: 'h2', name: null, power: 3, guild: 'g', rank: 2, bag: null, rival: 'h1', dues: null, title: null },
    { __typename: 'Hero', id: 'h3', name: 'Zoe', power: 5, guild: 'k', rank: 1, bag: ['w3'], rival: null, dues: 0, title: 'Dame', absentIn: ['guilds'] },
    { __typename: 'Creature', id: 'c1', name: 'Wolf', power: 2, loot: 'w2', kin: ['c2', 'c3'] },
    { __typename: 'Creature', id: 'c2', name: 'Bear', power: 4, loot: 'w3', kin: [], absentIn: ['quests'] },
    { __typename: 'Creature', id: 'c3', name: null, power: 1, loot: null, kin: null },
    { __typename: 'Spirit', id: 's1', name: 'Unseen' },
    { __typename: 'Ghost', id: 'g1', name: 'Boo', power: 'chill' },
    { __typename: 'Sword', id: 'w1', edge: 3, name: 'Sting' },
    { __typename: 'Potion', id: 'w2', doses: null, name: 'Brew' },
    { __typename: 'Relic', id: 'w3', age: 1000 },
    { __typename: 'Guild', id: 'g', code: 'g', motto: 'Ever on', members: ['h1', 'h2'], master: 'h1', rivals: [['k', null], null] },
    { __typename: 'Guild', id: 'k', code: 'k', motto: null, members: ['h1'], master: null, rivals: null },
    { __typename: 'Quest', id: 'q1', state: 'OPEN', goal: 'r1', party: ['h1', 'c1'], parent: null, reward: 5 },
    { __typename: 'Quest', id: 'q2', state: 'DONE', goal: 'c1', party: null, parent: 'q1', reward: null },
    { __typename: 'Quest', id: 'q3', state: null, goal: 'h2', party: [], parent: 'q1', reward: 1 },
    { __typename: 'Quest', id: 'q4', state: 'LOST', goal: null, party: ['h2', 'h3'], parent: 'q2', reward: 0 },
  ];
}

const linked = (data: DataSet, ids: unknown) => (Array.isArray(ids) ? ids.map((id) => data.any(id)) : null);
const clock = ({ turn }: Game): Row => ({ __typename: 'Clock', turn, phase: turn % 2 === 1 ? 'DAY' : 'NIGHT' });

export const game: ForeignSupergraph<Game> = {
  name: 'game',
  subgraphs: { realm, guilds, quests },
  data: () => new Game(rows()),
  samples: { ID: ['h1', 'h2', 'h3', 'c1', 'c2', 'q1', 'q2', 'g', 'k', 'none'], String: ['Ajax', 'Zoe', 'silver'], Int: [0, 1, 2, 3] },
  fields: {
    'Query.world': (_, __, data) => ({ __typename: 'World', name: 'Midgard', ruler: 'h1', map: [[1, 0], [null, { x: 'y' }]], regions: data.all('Region').map(({ id }) => id) }),
    'Query.hero': (_, { name }, data) => data.all('Hero').find((hero) => hero['name'] === name) ?? null,
    'Query.critical': (_, { fail }) => (fail === true ? new GraphQLError('Broken', { extensions: { code: 'BROKEN' } }) : 1),
    'Query.clock': (_, __, data) => clock(data),
    'Query.beings': (_, __, data) => [...linked(data, ['h1', 'c3', 'g1', 's1']) ?? [], null],
    'Query.stock': (_, __, data) => [linked(data, ['w1', 'w2']), null, [], linked(data, ['w3'])],
    'Query.guild': (_, { code }, data) => data.find('Guild', code),
    'Query.guilds': (_, __, data) => data.all('Guild'),
    'Query.quest': (_, { id }, data) => data.find('Quest', id),
    'Query.quests': (_, { states }, data) => data.all('Quest').map((quest) => (!Array.isArray(states) || states.includes(quest['state']) ? quest : null)),
    'Mutation.strike': (_, { target, force }, data) => {
      data.deeds.push(`strike ${String(target)} ${String(force)}`);
      const creature = data.find('Creature', target);
      if (!creature) throw new GraphQLError('Nobody there', { extensions: { code: 'MISSED' } });
      return creature;
    },
    'Mutation.rest': (_, __, data) => {
      data.turn += 1;
      data.deeds.push('rest');
      return clock(data);
    },
    'Mutation.fail': (_, { hard }, data) => {
      data.deeds.push('fail');
      if (hard === true) throw new Error('Not for clients');
      return null;
    },
    'Mutation.join': (_, { guild, hero }, data) => {
      data.deeds.push(`join ${String(guild)} ${String(hero)} at ${data.turn}`);
      return data.find('Guild', guild);
    },
    'Mutation.deeds': (_, __, data) => [...data.deeds],
    'World.regions': ({ regions }, { limit }, data) => linked(data, regions)?.slice(0, Math.max(0, Number(limit))),
    'World.ruler': ({ ruler }, _, data) => data.any(ruler),
    'Region.beings': ({ beings }, _, data) => linked(data, beings),
    'Region.capital': ({ capital }, _, data) => data.any(capital),
    'Region.borders': ({ borders }, _, data) => linked(data, borders),
    'Region.quests': ({ id }, { first }, data) => [null, ...data.all('Quest').filter(({ goal }) => goal === id)].slice(0, typeof first === 'number' ? Math.max(0, first) : undefined),
    'Region.danger': (_, __, ___, { capital, borders }) => JSON.stringify([capital, borders]).length,
    'Hero.guild': ({ guild }, _, data) => data.any(guild),
    'Hero.bag': ({ bag }, _, data) => linked(data, bag),
    'Hero.rival': ({ rival }, _, data) => data.any(rival),
    'Hero.quests': ({ id }, _, data) => data.all('Quest').filter(({ party }) => (party as unknown[] | null)?.includes(id)),
    'Hero.fame': (_, __, ___, { power }) => Number(power) * 10,
    'Creature.loot': ({ loot }, _, data) => data.any(loot),
    'Creature.kin': ({ kin }, _, data) => linked(data, kin),
    'Creature.quests': ({ id }, _, data) => data.all('Quest').filter(({ goal }) => goal === id),
    'Creature.bounty': (_, { coin }, __, { power, name, kin }) => `${String(power)} ${String(coin)} for ${String(name)} of ${JSON.stringify((kin as Row[] | null)?.map((one) => one['power']))}`,
    'Guild.motto': ({ motto }, { loud }) => (loud === true && typeof motto === 'string' ? motto.toUpperCase() : motto),
    'Guild.members': ({ members }, { min }, data) => linked(data, members)?.filter((hero) => Number(hero?.['rank']) >= Number(min)) ?? null,
    'Guild.master': ({ master }, _, data) => data.any(master),
    'Guild.rivals': ({ rivals }, _, data) => (rivals as (string[] | null)[] | null)?.map((some) => linked(data, some)) ?? null,
    'Quest.goal': ({ goal }, _, data) => data.any(goal),
    'Quest.party': ({ party }, _, data) => linked(data, party),
    'Quest.parent': ({ parent }, _, data) => data.any(parent),
    'Quest.sub': ({ id }, { state }, data) => data.all('Quest').filter((quest) => quest['parent'] === id && (typeof state !== 'string' || quest['state'] === state)),
  },
};
