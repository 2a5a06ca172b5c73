import { GraphQLError } from 'graphql';
import { DataSet } from './foreign-supergraph';
import type { ForeignSupergraph, Row } from './foreign-supergraph';

const flights = `
type Query { flight(number: String!, date: Day): Flight  departures(from: ID = "ZRH", until: Int): [Flight!]!  airports: [Airport]  route(via: [[ID]]): Route }
scalar Day
type Flight @key(fields: "number date") {
  number: String! date: Day! from: Airport! to: Airport aircraft: Aircraft status: Status delays: [Int] codes: [[String]!]
}
enum Status { ON_TIME LATE CANCELLED DIVERTED @inaccessible }
type Airport @key(fields: "iata") { iata: ID! name(lang: Lang = EN): String! country: String @shareable twin: Airport }
enum Lang { EN DE }
type Aircraft @key(fields: "tail") { tail: String! }
type Route { legs: [[Leg!]!] length: Float }
type Leg { flight: Flight wait: Int! }
`;

const fleet = `
type Query { aircraft(tail: String!): Aircraft  oldest: Aircraft }
type Aircraft @key(fields: "tail") @key(fields: "serial { maker no }") {
  tail: String! serial: Serial model: Model! seats: Int parts(kinds: [String!]): [Part] built: Day
}
scalar Day
type Serial @shareable { maker: String! no: Int! }
type Model @key(fields: "name") { name: String! range: Int! family: [Model!] }
union Part = Wing | Engine | Seat
type Wing { span: Float! side: Side! }
type Engine { thrust(unit: Unit! = KN): Float name: String! twin: Engine }
type Seat { row: Int! side: Side }
enum Side { LEFT RIGHT }
enum Unit { KN LBF }
`;

const maintenance = `
type Query { due(days: Int! = 7): [Check!]!  hangar: [Aircraft!] }
type Aircraft @key(fields: "serial { maker no }") {
  serial: Serial
  checks(last: Int): [Check!]
  fitness: String @requires(fields: "seats parts { __typename ... on Wing { span } ... on Engine { thrust(unit: LBF) name } }")
  parts(kinds: [String!]): [Part] @external
  seats: Int @external
}
type Serial @shareable { maker: String! no: Int! }
union Part = Wing | Engine
type Wing { span: Float! @external }
type Engine { thrust(unit: Unit! = KN): Float @external name: String! @external }
enum Unit { KN LBF }
type Check @key(fields: "id") { id: ID! on: Aircraft passed: Boolean! notes: [Note]! by: Mechanic }
interface Note { text: String at: Int }
type Remark implements Note { text: String at: Int author: String! }
type Fault implements Note { text: String at: Int severity: Int! part: String }
type Mechanic { name: String! licence: Licence! }
type Licence { number: String! valid: Boolean }
`;

const bookings = `
type Query { passenger(id: ID!): Passenger  passengers(ids: [ID!]! = ["p1", "p2"]): [Passenger]! }
type Mutation { book(input: Booking!): Ticket  cancel(ticket: ID!): Boolean!  ledger: [String!]! }
input Booking { passenger: ID! flight: FlightRef! class: Class = ECONOMY extras: [Extra!] = [{ kind: "bag" }] }
input FlightRef { number: String! date: Day! }
input Extra { kind: String! count: Int = 1 }
scalar Day
enum Class { ECONOMY BUSINESS }
type Flight @key(fields: "number date") {
  number: String! date: Day!
  aircraft: Aircraft @external
  load: Float @requires(fields: "aircraft { seats model { name } }")
  tickets(class: Class): [Ticket!]
  price(class: Class! = ECONOMY): Float
}
type Aircraft @key(fields: "tail") { tail: String! seats: Int @external model: Model! @external }
type Model @key(fields: "name") { name: String! }
type Ticket @key(fields: "id") { id: ID! flight: Flight passenger: Passenger! class: Class! seat: String extras: [[String!]] }
type Passenger @key(fields: "id") @key(fields: "card { scheme no }") {
  id: ID! name: String! card: Card tickets: [Ticket!]!
  discount: Float @requires(fields: "points")
  points: Int @external
}
type Card @shareable { scheme: String! no: String! }
`;

const loyalty = `
type Query { best: Passenger  tiers: [Tier!] }
type Passenger @key(fields: "card { scheme no }") {
  card: Card points: Int tier: Tier
  offer: String! @requires(fields: "name")
  name: String! @external
  home: Airport @provides(fields: "country")
}
type Airport @key(fields: "iata") { iata: ID! country: String @external lounge: Boolean @deprecated(reason: "Ask there") }
type Card @shareable { scheme: String! no: String! }
type Tier { name: String! members: [Passenger] perks: Perks }
scalar Perks
`;

class Airline extends DataSet {
  readonly ledger: string[] = [];
}

const serial = (maker: string, no: number): Row => ({ __typename: 'Serial', maker, no });
const card = (scheme: string, no: string): Row => ({ __typename: 'Card', scheme, no });
const engine = (id: string, thrust: number | null, twin: string | null): Row => ({ __typename: 'Engine', id, name: id, thrust, twin });

function rows(): Row[] {
  return [
    { __typename: 'Airport', id: 'ZRH', iata: 'ZRH', name: 'Zurich', country: 'CH', twin: 'LHR', lounge: true },
    { __typename: 'Airport', id: 'LHR', iata: 'LHR', name: 'Heathrow', twin: null, lounge: null },
    { __typename: 'Airport', id: 'XXX', iata: 'XXX', name: 'Nowhere', twin: 'ZRH', lounge: false, absentIn: ['loyalty'] },
    { __typename: 'Model', id: 'A320', name: 'A320', range: 6000, family: ['A320', 'A380'] },
    { __typename: 'Model', id: 'A380', name: 'A380', range: 15000, family: null },
    { __typename: 'Aircraft', id: 'T1', tail: 'T1', serial: serial('Airbus', 1), model: 'A320', seats: 180, parts: ['w1', 'e1', 's1', null], built: '2001-01-01' },
    { __typename: 'Aircraft', id: 'T2', tail: 'T2', serial: serial('Airbus', 2), model: 'A380', seats: null, parts: ['e2', 'e1'], built: null, absentIn: ['maintenance'] },
    { __typename: 'Aircraft', id: 'T3', tail: 'T3', serial: serial('Boeing', 1), model: 'A320', seats: 10, parts: null, built: '1999-09-09', failsIn: { maintenance: 'ENTITY_GROUNDED' } },
    { __typename: 'Aircraft', id: 'T4', tail: 'T4', serial: serial('Boeing', 2), model: 'A380', seats: 500, parts: [], built: null },
    { __typename: 'Wing', id: 'w1', span: 34.1, side: 'LEFT' }, engine('e1', 120, 'e2'), engine('e2', null, 'e1'), { __typename: 'Seat', id: 's1', row: 1, side: null },
    { __typename: 'Flight', id: 'f1', number: 'LX1', date: '2024-01-01', from: 'ZRH', to: 'LHR', aircraft: 'T1', status: 'ON_TIME', delays: [1, null], codes: [['a', null], []], price: 99.5 },
    { __typename: 'Flight', id: 'f2', number: 'LX1', date: '2024-01-02', from: 'ZRH', to: null, aircraft: 'T2', status: 'DIVERTED', delays: null, codes: null, price: null },
    { __typename: 'Flight', id: 'f3', number: 'LX2', date: '2024-01-01', from: 'LHR', to: 'XXX', aircraft: null, status: null, delays: [], codes: [], price: 10, absentIn: ['bookings'] },
    { __typename: 'Flight', id: 'f4', number: 'LX3', date: '2024-01-01', from: null, to: 'ZRH', aircraft: 'T3', status: 'LATE', delays: [90], codes: [['x'], ['y', 'z']], price: 1 },
    { __typename: 'Check', id: 'c1', on: 'T1', passed: true, notes: ['n1', null, 'n2'], by: { __typename: 'Mechanic', name: 'Mo', licence: { __typename: 'Licence', number: '7', valid: null } } },
    { __typename: 'Check', id: 'c2', on: 'T4', passed: false, notes: [], by: null },
    { __typename: 'Check', id: 'c3', on: 'T1', passed: null, notes: ['n2'], by: { __typename: 'Mechanic', name: 'Al', licence: null } },
    { __typename: 'Remark', id: 'n1', text: 'fine', at: 1, author: 'Mo' },
    { __typename: 'Fault', id: 'n2', text: null, at: null, severity: 3, part: 'flap' },
    { __typename: 'Passenger', id: 'p1', name: 'Ida', card: card('Star', '1'), points: 1000, tier: 't1', home: 'ZRH' },
    { __typename: 'Passenger', id: 'p2', name: 'Ugo', card: card('Star', '2'), points: new GraphQLError('No account', { extensions: { code: 'NO_ACCOUNT' } }), tier: null, home: null },
    { __typename: 'Passenger', id: 'p3', name: 'Eve', card: card('One', '1'), points: 5, tier: 't1', home: 'XXX', absentIn: ['loyalty'] },
    { __typename: 'Passenger', id: 'p4', name: 'Oto', card: card('One', '2'), points: 0, tier: 't2', home: 'LHR' },
    { __typename: 'Ticket', id: 'k1', flight: 'f1', passenger: 'p1', class: 'BUSINESS', seat: '1A', extras: [['bag', 'meal'], null] },
    { __typename: 'Ticket', id: 'k2', flight: 'f1', passenger: 'p2', class: 'ECONOMY', seat: null, extras: null },
    { __typename: 'Ticket', id: 'k3', flight: 'f4', passenger: 'p4', class: 'ECONOMY', seat: '9F', extras: [] },
    { __typename: 'Tier', id: 't1', name: 'Gold', perks: { lounge: true, upgrades: { perYear: 2 } } },
    { __typename: 'Tier', id: 't2', name: 'Blue', perks: null },
  ];
}

const linked = (data: DataSet, ids: unknown) => (Array.isArray(ids) ? ids.map((id) => data.any(id)) : null);

export const airline: ForeignSupergraph<Airline> = {
  name: 'airline',
  subgraphs: { flights, fleet, maintenance, bookings, loyalty },
  data: () => new Airline(rows()),
  samples: { ID: ['p1', 'p2', 'p3', 'p4', 'k1', 'ZRH', 'LHR', 'none'], String: ['LX1', 'LX2', 'LX3', 'T1', 'T2', 'T3', 'Wing', 'Engine'], Day: ['2024-01-01', '2024-01-02'], Int: [0, 1, 2, 3] },
  fields: {
    'Query.flight': (_, { number, date }, data) => data.all('Flight').find((flight) => flight['number'] === number && (typeof date !== 'string' || flight['date'] === date)) ?? null,
    'Query.departures': (_, { from, until }, data) => data.all('Flight').filter((flight) => flight['from'] === from).slice(0, typeof until === 'number' ? Math.max(0, until) : undefined),
    'Query.airports': (_, __, data) => [...data.all('Airport'), null, new GraphQLError('Closed', { extensions: { code: 'FOG' } })],
    'Query.route': (_, { via }, data) => {
      const leg = (id: string, wait: number | null): Row => ({ __typename: 'Leg', flight: id, wait, data });
      return { __typename: 'Route', length: Array.isArray(via) ? via.flat().length + 0.5 : null, legs: [[leg('f1', 1), leg('f3', 2)], [], [leg('f4', via === null ? null : 3)]] };
    },
    'Query.aircraft': (_, { tail }, data) => data.find('Aircraft', tail),
    'Query.oldest': (_, __, data) => data.any('T3'),
    'Query.due': (_, { days }, data) => data.all('Check').slice(0, Math.max(0, Number(days))),
    'Query.hangar': (_, __, data) => [data.any('T1'), data.any('T4')],
    'Query.passenger': (_, { id }, data) => {
      if (id === 'none') throw new GraphQLError('Nobody', { extensions: { code: 'NOT_FOUND', who: id } });
      return data.find('Passenger', id);
    },
    'Query.passengers': (_, { ids }, data) => (ids as unknown[]).map((id) => data.find('Passenger', id)),
    'Query.best': (_, __, data) => data.any('p1'),
    'Query.tiers': (_, __, data) => data.all('Tier'),
    'Mutation.book': (_, { input }, data) => {
      data.ledger.push(`book ${JSON.stringify(input)}`);
      const { passenger, class: chosen } = input as { passenger: string; class?: string | null };
      return { __typename: 'Ticket', id: `k${10 + data.ledger.length}`, flight: 'f1', passenger, class: chosen ?? null, seat: String(data.ledger.length), extras: null };
    },
    'Mutation.cancel': (_, { ticket }, data) => {
      if (ticket === 'none') throw new Error('No such ticket: secret');
      return data.ledger.push(`cancel ${String(ticket)}`) > 1;
    },
    'Mutation.ledger': (_, __, data) => [...data.ledger],
    'Flight.from': ({ from }, _, data) => data.any(from),
    'Flight.to': ({ to }, _, data) => data.any(to),
    'Flight.aircraft': ({ aircraft }, _, data) => data.any(aircraft),
    'Flight.load': ({ id }, _, data, { aircraft }) => {
      const { seats, model } = (aircraft ?? {}) as { seats?: number | null; model?: Row };
      return data.all('Ticket').filter(({ flight }) => flight === id).length / (seats ?? 100) + String(model?.['name']).length;
    },
    'Flight.tickets': ({ id }, { class: chosen }, data) => data.all('Ticket').filter((ticket) => ticket['flight'] === id && (typeof chosen !== 'string' || ticket['class'] === chosen)),
    'Flight.price': ({ price }, { class: chosen }) => (price === null ? null : Number(price) * (chosen === 'BUSINESS' ? 3 : 1)),
    'Airport.name': ({ name }, { lang }) => (lang === 'DE' ? `${String(name)} (de)` : name),
    'Airport.twin': ({ twin }, _, data) => data.any(twin),
    'Leg.flight': ({ flight }, _, data) => data.any(flight),
    'Aircraft.model': ({ model }, _, data) => data.find('Model', model),
    'Aircraft.parts': ({ parts }, { kinds }, data) => linked(data, parts)?.filter((part) => part === null || !Array.isArray(kinds) || kinds.includes(part.__typename)) ?? null,
    'Model.family': ({ family }, _, data) => linked(data, family),
    'Engine.thrust': ({ thrust }, { unit }) => (thrust === null ? null : Number(thrust) * (unit === 'LBF' ? 224.8 : 1)),
    'Engine.twin': ({ twin }, _, data) => data.any(twin),
    'Aircraft.checks': ({ id }, { last }, data) => data.all('Check').filter(({ on }) => on === id).slice(0, typeof last === 'number' ? Math.max(0, last) : undefined),
    'Aircraft.fitness': (_, __, ___, { seats, parts }) => `${String(seats)} ${JSON.stringify((parts as (Row | null)[] | null)?.map((part) => part && [part.__typename, part['span'], part['thrust'], part['name']]))}`,
    'Check.on': ({ on }, _, data) => data.any(on),
    'Check.notes': ({ notes }, _, data) => linked(data, notes),
    'Ticket.flight': ({ flight }, _, data) => data.any(flight),
    'Ticket.passenger': ({ passenger }, _, data) => data.find('Passenger', passenger),
    'Passenger.tickets': ({ id }, _, data) => data.all('Ticket').filter(({ passenger }) => passenger === id),
    'Passenger.discount': (_, __, ___, { points }) => (points === null ? null : Number(points) / 100),
    'Passenger.offer': (_, __, ___, given) => `for ${String(given['name'])}`,
    'Passenger.tier': ({ tier }, _, data) => data.any(tier),
    'Passenger.home': ({ home }, _, data) => data.any(home),
    'Tier.members': ({ id }, _, data) => [null, ...data.all('Passenger').filter(({ tier, absentIn }) => tier === id && !absentIn)],
  },
};
