import { DataSet } from './foreign-supergraph';
import type { ForeignSupergraph, Row } from './foreign-supergraph';

const drivers = `
type Query { mine: [Vehicle]!  land: [LandVehicle!]!  favourite(id: ID!): Vehicle  drivers: [Driver]  borrowed: Borrowed  things: [Thing] }
type Vehicle @key(fields: "id", resolvable: false) @interfaceObject { id: ID! }
type LandVehicle @key(fields: "id", resolvable: false) @interfaceObject { id: ID! }
interface Thing { id: ID! }
type Driver implements Thing @key(fields: "id") { id: ID! name: String drives: Vehicle  parks: [LandVehicle]  owns: [[Vehicle]] }
union Borrowed = Driver | Bag
type Bag implements Thing { id: ID! of: Driver carriedBy: LandVehicle }
`;

const vehicles = `
type Query { vehicles: [Vehicle!]  bikes(wheels: Int = 2): [Bike]  ridden: Ridden }
interface Vehicle @key(fields: "id") { id: ID! color: String  owner: Driver }
interface LandVehicle implements Vehicle @key(fields: "id") { id: ID! color: String  owner: Driver  wheels: Int! }
type Bike implements LandVehicle & Vehicle @key(fields: "id") { id: ID! color: String  owner: Driver  wheels: Int!  gears(min: Int = 0): Int }
type Car implements LandVehicle & Vehicle @key(fields: "id") { id: ID! color: String  owner: Driver  wheels: Int!  tows: Vehicle }
type Boat implements Vehicle @key(fields: "id") { id: ID! color: String  owner: Driver  length: Float  trailer: LandVehicle }
union Ridden = Bike | Boat
type Driver @key(fields: "id", resolvable: false) { id: ID! }
`;

const rental = `
type Query { rented: [Vehicle] }
type Vehicle @key(fields: "id") @interfaceObject { id: ID! label: String @shareable }
type LandVehicle @key(fields: "id") @interfaceObject { id: ID! label: String @shareable  price(days: Int! = 1): Int  similar: [Vehicle]  tyres: String  spare: LandVehicle }
type Driver @key(fields: "id") { id: ID! rents: Vehicle }
`;

function rows(): Row[] {
  return [
    { __typename: 'Bike', id: 'v1', color: 'red', owner: 'd1', wheels: 2, gears: 7, price: 5, similar: ['v2', 'v3', null], label: 'one', tyres: 'thin', spare: 'v2' },
    { __typename: 'Car', id: 'v2', color: null, owner: null, wheels: 4, tows: 'v3', price: 50, label: null, similar: null, tyres: null, spare: null },
    { __typename: 'Boat', id: 'v3', color: 'blue', owner: 'd2', length: 7.5, trailer: 'v2', label: 'three' },
    { __typename: 'Bike', id: 'v4', color: 'green', owner: 'd1', wheels: 3, gears: null, price: 1, similar: [], tyres: 'fat', spare: 'v4' },
    { __typename: 'Driver', id: 'd1', name: 'Ann', drives: 'v3', parks: ['v1', null, 'v2'], owns: [['v1', 'v3'], null], rents: 'v4' },
    { __typename: 'Driver', id: 'd2', name: null, drives: null, parks: null, owns: [], rents: null },
    { __typename: 'Bag', id: 'b1', of: 'd1', carriedBy: 'v4' },
  ];
}

const linked = (data: DataSet, ids: unknown): unknown => (Array.isArray(ids) ? ids.map((id) => linked(data, id)) : ids === null ? null : data.any(ids));
const link = (field: string) => (row: Row, _: unknown, data: DataSet) => linked(data, row[field] ?? null);

/** Two interfaces, one of which implements the other, that two subgraphs have as object types. */
export const garage: ForeignSupergraph = {
  name: 'garage',
  subgraphs: { drivers, vehicles, rental },
  data: () => new DataSet(rows()),
  samples: { ID: ['v1', 'v2', 'v3', 'none'], Int: [1, 2, 3] },
  fields: {
    'Query.mine': (_, __, data) => linked(data, ['v1', 'v3', null, 'v2']),
    'Query.land': (_, __, data) => linked(data, ['v2', 'v4']),
    'Query.favourite': (_, { id }, data) => data.any(id),
    'Query.drivers': (_, __, data) => linked(data, ['d1', null, 'd2']),
    'Query.borrowed': (_, __, data) => data.any('b1'),
    'Query.things': (_, __, data) => linked(data, ['d1', 'b1']),
    'Query.vehicles': (_, __, data) => linked(data, ['v1', 'v2', 'v3', 'v4']),
    'Query.bikes': (_, { wheels }, data) => data.all('Bike').filter((bike) => bike['wheels'] === wheels),
    'Query.ridden': (_, __, data) => data.any('v3'),
    'Query.rented': (_, __, data) => linked(data, ['v3', 'v4', 'v1']),
    'Bike.gears': ({ gears }, { min }) => (typeof gears === 'number' ? Math.max(gears, Number(min ?? 0)) : gears),
    'LandVehicle.price': ({ price }, { days }) => (typeof price === 'number' ? price * Number(days) : price),
    'Vehicle.owner': link('owner'),
    'LandVehicle.similar': link('similar'),
    'LandVehicle.spare': link('spare'),
    'Car.tows': link('tows'),
    'Boat.trailer': link('trailer'),
    'Driver.drives': link('drives'),
    'Driver.parks': link('parks'),
    'Driver.owns': link('owns'),
    'Driver.rents': link('rents'),
    'Bag.of': link('of'),
    'Bag.carriedBy': link('carriedBy'),
  },
};
