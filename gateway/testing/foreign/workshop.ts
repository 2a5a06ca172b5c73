import { GraphQLError } from 'graphql';
import { DataSet } from './foreign-supergraph';
import type { ForeignSupergraph, Given, Row } from './foreign-supergraph';

const store = `
type Query { part(id: ID!): Part  parts: [Part!]  items: [Item]  found: [Found!]  racks: [Rack!] }
type Mutation { adjust(id: ID!, by: Int! = 1): Part  adjustments: Int! }
enum Unit { G KG }
union Found = Part | Tool
interface Item { id: ID! weight(unit: Unit! = KG): Float }
type Part implements Item @key(fields: "id") { id: ID! weight(unit: Unit! = KG): Float box: Box boxes(min: Int = 0): [Box] price(currency: String): Price twin: Part }
type Tool implements Item @key(fields: "id") { id: ID! weight(unit: Unit! = KG): Float part: Part }
type Box @shareable { side(unit: Unit!): Float  lid: Lid  colour: String }
type Lid @shareable { area(unit: Unit!): Float }
type Price @shareable { amount: Float  currency: String }
type Rack @key(fields: "id") { id: ID! top: Item  items: [Item!] }
`;

const shipping = `
enum Unit { G KG }
type Part @key(fields: "id") {
  id: ID! weight(unit: Unit! = KG): Float @external  box: Box @external  boxes(min: Int = 0): [Box] @external
  heavy: String @requires(fields: "weight(unit: KG)")
  light: String @requires(fields: "weight(unit: G)")
  usual(prefix: String): String @requires(fields: "weight")
  crate: String! @requires(fields: "box { side(unit: KG) lid { area(unit: KG) } }")
  slot: String @requires(fields: "box { side(unit: G) colour }")
  many: String @requires(fields: "boxes(min: 2) { side(unit: KG) } weight(unit: G)")
  more: String @requires(fields: "boxes(min: 1) { side(unit: KG) }")
  fee(zone: Int! = 1): String @requires(fields: "weight(unit: G)")
  carrier: String
}
type Tool @key(fields: "id") { id: ID! weight(unit: Unit! = KG): Float @external
  heavy: String @requires(fields: "weight(unit: KG)")  light: String @requires(fields: "weight(unit: G)") }
type Box @shareable { side(unit: Unit!): Float @external  lid: Lid @external  colour: String @external }
type Lid @shareable { area(unit: Unit!): Float @external }
type Rack @key(fields: "id") { id: ID! top: Item @external
  high: String @requires(fields: "top { ... on Part { id weight(unit: G) } ... on Tool { id weight(unit: KG) } }")
  low: String @requires(fields: "top { id ... on Part { weight(unit: KG) } ... on Tool { weight(unit: G) } }") }
interface Item { id: ID! }
`;

const sales = `
type Query { shipments: [Shipment!] }
type Shipment { part: Part  tool: Tool }
type Tool @key(fields: "id", resolvable: false) { id: ID! }
enum Unit { G KG }
type Part @key(fields: "id") {
  id: ID! weight(unit: Unit! = KG): Float @external  price(currency: String): Price @external  fee(zone: Int! = 1): String @external
  quote: String @requires(fields: "weight(unit: G) price(currency: \\"EUR\\") { amount }")
  offer: String @requires(fields: "price(currency: \\"USD\\") { amount currency }")
  near: String @requires(fields: "fee(zone: 1)")
  far: String! @requires(fields: "fee(zone: 2) weight")
}
type Price @shareable { amount: Float  currency: String }
`;

class Workshop extends DataSet {
  adjustments = 0;
}

const box = (side: number | null, colour: string | GraphQLError | null, area: number | null): Row => ({ __typename: 'Box', side, colour, lid: area === null ? null : { __typename: 'Lid', area } });
const lost = new GraphQLError('Not to be read', { extensions: { code: 'LOST' } });

function rows(): Row[] {
  return [
    { __typename: 'Part', id: 'p1', weight: 1, box: box(2, 'red', 4), boxes: [box(1, null, null), null, box(3, 'blue', 9)], price: 10, twin: 'p2', carrier: 'DHL' },
    { __typename: 'Part', id: 'p2', weight: 2.5, box: null, boxes: null, price: null, twin: 'p1', carrier: null },
    { __typename: 'Part', id: 'p3', weight: null, box: box(null, lost, null), boxes: [], price: 3, twin: null, carrier: 'UPS', absentIn: ['sales'] },
    { __typename: 'Part', id: 'p4', weight: lost, box: box(5, 'grey', 1), boxes: [box(5, 'x', 2)], price: 7, twin: 'p4', carrier: 'UPS' },
    { __typename: 'Tool', id: 't1', weight: 4, part: 'p1' },
    { __typename: 'Tool', id: 't2', weight: null, part: null, absentIn: ['shipping'] },
    { __typename: 'Rack', id: 'r1', top: 'p1', items: ['p1', 't1'] },
    { __typename: 'Rack', id: 'r2', top: 't1', items: ['p3', 'p2'] },
    { __typename: 'Rack', id: 'r3', top: null, items: null },
    { __typename: 'Shipment', part: 'p2', tool: 't1' },
    { __typename: 'Shipment', part: 'p1', tool: null },
  ];
}

const times = { G: 1000, KG: 1 } as const;
const measured = (value: unknown, unit: unknown) => (typeof value === 'number' ? value * times[unit as keyof typeof times] : value);
/** A field that answers its arguments and some values that it requires; by `a.b` in objects, and in lists of them. */
const told = (...paths: readonly string[]) => (_: Row, args: object, __: unknown, given: Given) => JSON.stringify([args, ...paths.map((path) => at(given, path.split('.')))]);
const at = (value: unknown, [name, ...below]: readonly string[]): unknown => {
  if (name === undefined || typeof value !== 'object' || value === null) return value ?? null;
  return Array.isArray(value) ? value.map((item) => at(item, [name, ...below])) : at((value as Given)[name], below);
};
const linked = (data: DataSet, ids: unknown) => (Array.isArray(ids) ? ids.map((id) => data.any(id)) : null);

/** Fields that require one field with different arguments. */
export const workshop: ForeignSupergraph<Workshop> = {
  name: 'workshop',
  subgraphs: { store, shipping, sales },
  data: () => new Workshop(rows()),
  samples: { ID: ['p1', 'p2', 'p3', 'p4', 'none'], Int: [0, 1, 2, 3], String: ['EUR', 'USD', 'x'] },
  fields: {
    'Query.part': (_, { id }, data) => data.find('Part', id),
    'Query.parts': (_, __, data) => data.all('Part').slice(0, 3),
    'Query.items': (_, __, data) => [data.any('t1'), data.any('p1'), null, data.any('p4'), data.any('t2')],
    'Query.found': (_, __, data) => [data.any('p2'), data.any('t1')],
    'Query.racks': (_, __, data) => data.all('Rack'),
    'Query.shipments': (_, __, data) => data.all('Shipment'),
    'Mutation.adjust': (_, { id, by }, data) => {
      data.adjustments += Number(by);
      return data.find('Part', id);
    },
    'Mutation.adjustments': (_, __, data) => data.adjustments,
    'Part.weight': ({ weight }, { unit }) => measured(weight, unit),
    'Tool.weight': ({ weight }, { unit }) => measured(weight, unit),
    'Box.side': ({ side }, { unit }) => measured(side, unit),
    'Lid.area': ({ area }, { unit }) => measured(area, unit),
    'Part.boxes': ({ boxes }, { min }) => (boxes as (Row | null)[] | null)?.filter((one) => one === null || Number(one['side']) >= Number(min ?? 0)) ?? null,
    'Part.price': ({ price }, { currency }) => (price === null ? null : { __typename: 'Price', amount: currency === 'USD' ? Number(price) * 2 : price, currency: currency ?? null }),
    'Part.twin': ({ twin }, _, data) => data.any(twin),
    'Tool.part': ({ part }, _, data) => data.any(part),
    'Rack.top': ({ top }, _, data) => data.any(top),
    'Rack.items': ({ items }, _, data) => linked(data, items),
    'Shipment.part': ({ part }, _, data) => data.any(part),
    'Shipment.tool': ({ tool }, _, data) => data.any(tool),
    'Part.heavy': told('weight'),
    'Part.light': told('weight'),
    'Part.usual': told('weight'),
    'Part.crate': told('box.side', 'box.lid.area'),
    'Part.slot': told('box.side', 'box.colour'),
    'Part.many': told('boxes.side', 'weight'),
    'Part.more': told('boxes.side'),
    'Part.fee': told('weight'),
    'Part.quote': told('weight', 'price.amount'),
    'Part.offer': told('price.amount', 'price.currency'),
    'Part.near': told('fee'),
    'Part.far': told('fee', 'weight'),
    'Tool.heavy': told('weight'),
    'Tool.light': told('weight'),
    'Rack.high': told('top.id', 'top.weight'),
    'Rack.low': told('top.id', 'top.weight'),
  },
};
