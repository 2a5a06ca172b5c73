import { GraphQLError } from 'graphql';
import { DataSet } from './foreign-supergraph';
import type { ForeignSupergraph, Row } from './foreign-supergraph';

const atlas = `
type Query { place(id: ID!): Place  places(near: Point = { x: 1 }, kinds: [Kind]): [Place!]!  street(name: String!): Street  found: [[Found]] }
input Point { x: Float! y: Float! = 2.5  within: Box }
input Box { size: Float = 1  corners: [Point!] }
enum Kind { PARK MUSEUM HOUSE }
interface Place @key(fields: "id") { id: ID! name: String! address: Address }
type Park implements Place @key(fields: "id") { id: ID! name: String! address: Address trees: Int area: Area }
type Museum implements Place @key(fields: "id") { id: ID! name: String! address: Address area: String rooms: [Room!] }
type House implements Place @key(fields: "id") { id: ID! name: String! address: Address area: Float! value: Float neighbours: [House] }
type Area { hectares: Float! label: String }
type Room { name: String! size: Float level: Level! shows: [Found] }
type Address @shareable { street: Street! number: Int zip: String }
type Street @key(fields: "name") { name: String! houses: [House!] lots: [Lot!] blocks: [[Block]] length: Int }
type Lot @key(fields: "no") { no: ID! worth: Float }
type Block { label: String! lots: [Lot]! }
union Found = Park | Museum | House | Street | Room
enum Level { GROUND FIRST CELLAR @inaccessible }
`;

const events = `
type Query { event(id: ID!): Event  today: [Event]!  venue: Place  nothing: Place  strict: Place! }
type Place @interfaceObject @key(fields: "id") { id: ID! events(free: Boolean = false): [Event!]! capacity: Int title(short: Boolean): String! }
interface Event { id: ID! title: String! starts: Int price: String }
type Concert implements Event @key(fields: "id") { id: ID! title: String! starts: Int price: String band: String }
type Fair implements Event @key(fields: "id") { id: ID! title: String! at: Place starts: Int price: String stalls: [Stall!]! }
type Stall { label: String! next: Stall sells(max: Int! = 2): [String!] }
`;

const taxes = `
type Query { rates: [Street] }
type Street @key(fields: "name") @context(name: "street") { name: String! rate: Float! }
type Lot @key(fields: "no") { no: ID! tax(rate: Float @fromContext(field: "$street { rate }"), year: Int = 2024): Float size: Int }
`;

const transit = `
type Query { stops: [Stop!]  stop(id: Int!): Stop }
type Stop { id: Int! by: House lines: [Line!] street: Street }
type Line { name: String! stops(skip: [Int!] = []): [Stop] colour: Colour }
enum Colour { RED GREEN }
type House @key(fields: "id") { id: ID! stop: Stop walk(speed: Float = 1): Float @requires(fields: "area value") area: Float! @external value: Float @external }
type Street @key(fields: "name") { name: String! traffic: Traffic! }
type Traffic { cars: Int! noise: Float }
`;

const address = (street: string, number: number | null, zip: string | null): Row => ({ __typename: 'Address', street, number, zip });

function rows(): Row[] {
  return [
    { __typename: 'Street', id: 'Elm', name: 'Elm', length: 120, rate: 0.5, traffic: { __typename: 'Traffic', cars: 10, noise: null } },
    { __typename: 'Street', id: 'Oak', name: 'Oak', length: null, rate: 2, traffic: null },
    { __typename: 'Street', id: 'Ash', name: 'Ash', length: 1, rate: 1, traffic: { __typename: 'Traffic', cars: null, noise: 1 }, absentIn: ['transit'] },
    { __typename: 'Park', id: 'p1', name: 'Green', address: address('Elm', null, '8000'), trees: 7, area: { __typename: 'Area', hectares: 1.5, label: null }, capacity: 100 },
    { __typename: 'Park', id: 'p2', name: 'Dark', address: null, trees: null, area: null, capacity: null, absentIn: ['events'] },
    { __typename: 'Museum', id: 'm1', name: 'Old Things', address: address('Oak', 1, null), area: 'large', rooms: ['r1', 'r2'], capacity: 50 },
    { __typename: 'Museum', id: 'm2', name: 'Empty', address: address('Elm', 9, '1'), area: null, rooms: null, capacity: 0, failsIn: { events: 'ENTITY_CLOSED' } },
    { __typename: 'House', id: 'h1', name: 'Villa', address: address('Elm', 2, '8001'), area: 80.5, value: 1000, neighbours: ['h2', null], capacity: 4, street: 'Elm' },
    { __typename: 'House', id: 'h2', name: 'Hut', address: address('Elm', 3, '8002'), area: 0, value: null, neighbours: [], capacity: 2, street: 'Elm' },
    { __typename: 'House', id: 'h3', name: 'Tower', address: address('Oak', 5, '8003'), area: 20, value: 7, neighbours: null, capacity: 9, street: 'Oak' },
    { __typename: 'Lot', id: 'x1', no: 'x1', street: 'Elm', worth: 100, size: 4 },
    { __typename: 'Lot', id: 'x2', no: 'x2', street: 'Elm', worth: null, size: null },
    { __typename: 'Lot', id: 'x3', no: 'x3', street: 'Oak', worth: 7, size: 1 },
    { __typename: 'Room', id: 'r1', name: 'Hall', size: 12, level: 'GROUND', shows: ['p1', null, 'Elm'] },
    { __typename: 'Room', id: 'r2', name: 'Vault', size: null, level: 'CELLAR', shows: null },
    { __typename: 'Concert', id: 'e1', title: 'Loud', at: 'p1', starts: 20, price: 'free', band: null },
    { __typename: 'Concert', id: 'e2', title: 'Quiet', at: 'm1', starts: null, price: null, band: 'Trio' },
    { __typename: 'Fair', id: 'e3', title: 'Apples', at: null, starts: 9, price: 'free', stalls: ['s1', 's2'] },
    { __typename: 'Fair', id: 'e4', title: 'Pears', at: 'p1', starts: 9, price: 'dear', stalls: null },
    { __typename: 'Stall', id: 's1', label: 'One', next: 's2', sells: ['a', 'b', 'c'] },
    { __typename: 'Stall', id: 's2', label: null, next: null, sells: null },
    { __typename: 'Stop', number: 1, by: 'h1', lines: ['l1'], street: 'Elm' },
    { __typename: 'Stop', number: 2, by: 'h3', lines: ['l1', 'l2'], street: 'Oak' },
    { __typename: 'Stop', number: 3, by: null, lines: null, street: 'Ash' },
    { __typename: 'Line', id: 'l1', name: 'S1', stops: [1, 2, null], colour: 'RED' },
    { __typename: 'Line', id: 'l2', name: 'S2', stops: [3], colour: null },
  ];
}

const places = new Set(['Park', 'Museum', 'House']);
const isPlace = ({ __typename }: Row) => places.has(__typename);
const linked = (data: DataSet, ids: unknown) => (Array.isArray(ids) ? ids.map((id) => data.any(id)) : null);
const stop = (data: DataSet, number: unknown) => data.all('Stop').find((row) => row['number'] === number) ?? null;

export const city: ForeignSupergraph = {
  name: 'city',
  subgraphs: { atlas, events, taxes, transit },
  data: () => new DataSet(rows()),
  samples: { ID: ['p1', 'p2', 'm1', 'm2', 'h1', 'h2', 'e1', 'e3', 'none'], String: ['Elm', 'Oak', 'Ash', 'None'], Int: [1, 2, 3, 0] },
  contextual: { 'Lot.tax': ({ street }) => ({ rate: { Elm: 0.5, Oak: 2 }[String(street)] }) },
  fields: {
    'Query.place': (_, { id }, data) => data.rows.find((row) => isPlace(row) && row['id'] === id) ?? null,
    'Query.places': (_, { near, kinds }, data) => {
      const { y } = (near ?? {}) as { y?: number };
      return data.rows.filter((row) => isPlace(row) && (!Array.isArray(kinds) || kinds.includes(row.__typename.toUpperCase()))).slice(y === 2.5 ? 0 : 1);
    },
    'Query.street': (_, { name }, data) => data.find('Street', name),
    'Query.found': (_, __, data) => [[data.any('p1'), data.any('Elm'), null], null, [data.any('r2'), data.any('h1'), new GraphQLError('Lost', { extensions: { code: 'LOST' } })], []],
    'Query.event': (_, { id }, data) => data.rows.find((row) => row['id'] === id && (row.__typename === 'Concert' || row.__typename === 'Fair')) ?? null,
    'Query.today': (_, __, data) => [data.any('e1'), null, data.any('e3'), data.any('e2')],
    'Query.venue': (_, __, data) => data.any('m1'),
    'Query.nothing': () => null,
    'Query.strict': (_, __, data) => data.any('h1'),
    'Query.rates': (_, __, data) => [data.any('Oak'), null, data.any('Elm')],
    'Query.stops': (_, __, data) => data.all('Stop'),
    'Query.stop': (_, { id }, data) => stop(data, id),
    'Museum.rooms': ({ rooms }, _, data) => linked(data, rooms),
    'Room.shows': ({ shows }, _, data) => linked(data, shows),
    'House.neighbours': ({ neighbours }, _, data) => linked(data, neighbours),
    'Street.lots': ({ id }, _, data) => data.all('Lot').filter(({ street }) => street === id),
    'Street.blocks': ({ id }, _, data) => {
      const lots = data.all('Lot').filter(({ street }) => street === id);
      return [[{ __typename: 'Block', label: `${String(id)} 1`, lots }, null], null, [{ __typename: 'Block', label: lots.length > 1 ? 'last' : null, lots: [null, ...lots] }]];
    },
    'Lot.tax': ({ size }, { rate, year }) => (size === null ? null : Number(rate) * 10_000 + Number(year)),
    'Address.street': ({ street }, _, data) => data.any(street),
    'Street.houses': ({ id }, _, data) => data.all('House').filter(({ street }) => street === id),
    'Place.events': ({ id }, { free }, data) => data.rows.filter((row) => row['at'] === id && (free !== true || row['price'] === 'free')),
    'Place.title': ({ id, name }, { short }) => (short === true ? id : name),
    'House.stop': ({ id }, _, data) => data.all('Stop').find(({ by }) => by === id) ?? null,
    'House.walk': (_, { speed }, __, { area, value }) => (value === null ? null : Number(area) * Number(value) * Number(speed ?? 0)),
    'Fair.at': ({ at }, _, data) => data.any(at),
    'Fair.stalls': ({ stalls }, _, data) => linked(data, stalls),
    'Stall.next': ({ next }, _, data) => data.any(next),
    'Stall.sells': ({ sells }, { max }) => (sells as string[] | null)?.slice(0, Math.max(0, Number(max))) ?? null,
    'Stop.id': ({ number }) => number,
    'Stop.by': ({ by }, _, data) => data.any(by),
    'Stop.lines': ({ lines }, _, data) => linked(data, lines),
    'Stop.street': ({ street }, _, data) => data.any(street),
    'Line.stops': ({ stops }, { skip }, data) => (stops as (number | null)[]).filter((number) => !(skip as unknown[] | null)?.includes(number)).map((number) => (number === null ? null : stop(data, number))),
  },
};
