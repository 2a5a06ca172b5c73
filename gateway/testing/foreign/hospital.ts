import { GraphQLError } from 'graphql';
import { DataSet } from './foreign-supergraph';
import type { ForeignSupergraph, Row } from './foreign-supergraph';

const registry = `
type Query { patient(number: Int!): Patient  patients: [Patient!]  ward(code: String!, house: ID = "h1"): Ward  house: House  status: Status @shareable }
type Patient @key(fields: "number") @key(fields: "insurance { company number }") {
  number: Int! name: String! insurance: Insurance ward: Ward contacts: [Contact!] allergies: [[String!]]
}
type Insurance @shareable { company: String! number: String }
type Contact { kind: String! patient: Patient value: String! }
type House @key(fields: "id") { id: ID! name: String! wards(floor: Int): [Ward!]! manager: Staff }
type Ward @key(fields: "code house { id }") { code: String! house: House! floor: Int beds: Int! @shareable }
interface Staff { id: ID! name: String seat: Seat }
interface Seat { id: ID! label: String }
type Desk implements Seat @key(fields: "id") { id: ID! label: String }
type Room implements Seat @key(fields: "id") { id: ID! label: String }
type Nurse implements Staff @key(fields: "id") { id: ID! name: String @shareable ward: Ward seat: Room }
type Doctor implements Staff @key(fields: "id") { id: ID! name: String @override(from: "clinic") patients: [Patient] seat: Desk }
type Status @shareable { open: Boolean! message: String }
`;

const clinic = `
type Query { doctors(first: Int! = 2, skills: [Skill!]): [Doctor]  onCall: OnCall  status: Status @shareable }
union OnCall = Doctor | Nurse
enum Skill { SURGERY HEART EYES }
type Doctor @key(fields: "id") { id: ID! name: String skills: [Skill]! rounds: [Visit!] chief: Doctor }
type Nurse @key(fields: "id") { id: ID! name: String @shareable shifts: [String]! }
type Visit { patient: Patient! doctor: Doctor ward: Ward @provides(fields: "beds") note(lang: String! = "en"): String nested: [[Visit]] }
type Patient @key(fields: "number") {
  number: Int! visits(limit: Int): [Visit]
  risk: Risk! @requires(fields: "insurance { company } bloods { type values } ")
  insurance: Insurance @external
  bloods: [Blood] @external
}
type Insurance { company: String! @external }
type Blood { type: String @external values: [Float] @external }
type Risk { score: Float reasons: [String!]! patient: Patient }
type Ward @key(fields: "code house { id }") { code: String! house: House! beds: Int! @external nurses: [Nurse!] busy(at: Int = 8): Boolean }
type House @key(fields: "id", resolvable: false) { id: ID! }
type Status @shareable { open: Boolean! message: String }
`;

const laboratory = `
type Query { samples(of: Int): [Blood!]  insured(company: String = "Acme"): [Patient] }
type Mutation { draw(patient: Int!, values: [Float]): Blood  discard(patient: Int!): Int!  count: Int! }
type Patient @key(fields: "insurance { company number }") { insurance: Insurance bloods: [Blood] coverage: Float }
type Insurance @shareable { company: String! number: String }
type Blood @shareable { type: String values: [Float] warning: Warning }
type Warning { text: String! level: Int! }
`;

const billing = `
type Mutation { bill(patient: Int!, amount: Float!): Bill!  bills: [Float!]! }
type Query { bill(id: ID!): Bill  bills(filter: Filter = { paid: null }): [Bill!]! }
input Filter { paid: Boolean  over: Float = 0  any: [Filter!] }
type Bill @key(fields: "id") { id: ID! of: Patient amount: Float! paid: Boolean lines: [Line] }
interface Line { label: String! price: Float }
type Stay implements Line { label: String! price: Float nights: Int! ward: Ward }
type Drug implements Line { label: String! price: Float dose(unit: Unit = MG): String ward: String }
enum Unit { MG G OUNCE @inaccessible }
type Ward @key(fields: "code house { id }") { code: String! house: House! rate: Float @requires(fields: "floor beds") floor: Int @external beds: Int! @external }
type House @key(fields: "id") { id: ID! address: String }
type Desk @key(fields: "id") { id: ID! rent: Float }
type Room @key(fields: "id") { id: ID! rent: Float places: Int }
type Patient @key(fields: "number") { number: Int! bills: [Bill!] owes: Float! debts: Float @requires(fields: "coverage name") coverage: Float @external name: String! @external }
`;

class Hospital extends DataSet {
  readonly amounts: number[] = [];
}

const insurance = (company: string, number: string | null): Row => ({ __typename: 'Insurance', company, number });

function rows(): Row[] {
  return [
    { __typename: 'House', id: 'h1', name: 'North', address: 'Hill 1', manager: 's1' },
    { __typename: 'House', id: 'h2', name: 'South', address: null, manager: 's3', absentIn: ['billing'] },
    { __typename: 'Ward', id: 'w1', code: 'A', house: 'h1', floor: 1, beds: 10, busy: true, nurses: ['s3'] },
    { __typename: 'Ward', id: 'w2', code: 'A', house: 'h2', floor: new GraphQLError('Nobody has counted', { extensions: { code: 'UNCOUNTED' } }), beds: 3, busy: null, nurses: null },
    { __typename: 'Ward', id: 'w3', code: 'B', house: 'h1', floor: 2, beds: 5, busy: false, nurses: ['s3', 's4'], failsIn: { clinic: 'ENTITY_CLOSED' } },
    { __typename: 'Patient', number: 1, name: 'Ann', insurance: insurance('Acme', '1'), ward: 'w1', allergies: [['nuts', 'milk'], null, []], coverage: 0.8, owes: 10, score: 0.5 },
    { __typename: 'Patient', number: 2, name: 'Bob', insurance: insurance('Acme', '2'), ward: 'w2', allergies: null, coverage: null, owes: null, score: null },
    { __typename: 'Patient', number: 3, name: 'Cyd', insurance: insurance('Zeta', '1'), ward: null, allergies: [], coverage: 1, owes: 3.25, score: 1, absentIn: ['billing'] },
    { __typename: 'Patient', number: 4, name: 'Dan', insurance: insurance('Zeta', '9'), ward: 'w3', allergies: [], coverage: new GraphQLError('Unreadable', { extensions: { code: 'LOST' } }), owes: 0, score: 2 },
    { __typename: 'Contact', id: 'c1', of: 1, kind: 'phone', patient: 2, value: '123' },
    { __typename: 'Contact', id: 'c2', of: 1, kind: 'mail', patient: null, value: 'a@b' },
    { __typename: 'Contact', id: 'c3', of: 2, kind: 'none', patient: 1, value: null },
    { __typename: 'Doctor', id: 's1', name: 'Dr. No', skills: ['SURGERY', null], chief: 's2', patients: [1, 2, null], seat: 'd1' },
    { __typename: 'Doctor', id: 's2', name: null, skills: [], chief: null, patients: null, seat: null },
    { __typename: 'Doctor', id: 's5', name: 'Dr. Gone', skills: null, chief: 's1', patients: [4], seat: 'd1' },
    { __typename: 'Nurse', id: 's3', name: 'Nora', ward: 'w1', shifts: ['early', null], seat: 'r1' },
    { __typename: 'Nurse', id: 's4', name: null, ward: null, shifts: null, seat: null },
    { __typename: 'Desk', id: 'd1', label: 'D', rent: 1.5 },
    { __typename: 'Room', id: 'r1', label: null, rent: null, places: 3 },
    { __typename: 'Visit', id: 'v1', patient: 1, doctor: 's1', ward: 'w1', note: 'ok' },
    { __typename: 'Visit', id: 'v2', patient: 2, doctor: 's2', ward: 'w2', note: null },
    { __typename: 'Visit', id: 'v3', patient: 1, doctor: null, ward: null, note: 'later' },
    { __typename: 'Blood', id: 'b1', of: 1, type: 'A', values: [1.5, null, 2], warning: null },
    { __typename: 'Blood', id: 'b2', of: 1, type: null, values: null, warning: { __typename: 'Warning', text: 'low', level: 1 } },
    { __typename: 'Blood', id: 'b3', of: 4, type: '0', values: [], warning: { __typename: 'Warning', text: null, level: 2 } },
    { __typename: 'Bill', id: 'i1', of: 1, amount: 10, paid: false, lines: ['l1', 'l2', null] },
    { __typename: 'Bill', id: 'i2', of: 2, amount: 2.5, paid: true, lines: null },
    { __typename: 'Bill', id: 'i3', of: null, amount: null, paid: null, lines: [] },
    { __typename: 'Stay', id: 'l1', label: 'bed', price: 9, nights: 2, ward: 'w1' },
    { __typename: 'Drug', id: 'l2', label: 'pill', price: null, dose: 3, ward: 'any' },
  ];
}

const patient = (data: DataSet, number: unknown) => data.rows.find((row) => row.__typename === 'Patient' && row['number'] === number) ?? null;
const linked = (data: DataSet, ids: unknown) => (Array.isArray(ids) ? ids.map((id) => data.any(id)) : null);

export const hospital: ForeignSupergraph<Hospital> = {
  name: 'hospital',
  subgraphs: { registry, clinic, laboratory, billing },
  data: () => new Hospital(rows()),
  samples: { ID: ['h1', 'h2', 'i1', 'i2', 'none'], Int: [1, 2, 3, 4, 0], String: ['A', 'B', 'Acme', 'en'] },
  fields: {
    'Query.patient': (_, { number }, data) => patient(data, number),
    'Query.patients': (_, __, data) => data.all('Patient').slice(0, 2),
    'Query.ward': (_, { code, house }, data) => data.rows.find((row) => row.__typename === 'Ward' && row['code'] === code && row['house'] === house) ?? null,
    'Query.house': (_, __, data) => data.any('h1'),
    'Query.status': () => ({ __typename: 'Status', open: true, message: null }),
    'Query.doctors': (_, { first, skills }, data) => [...data.all('Doctor').filter((doctor) => !Array.isArray(skills) || skills.some((skill) => (doctor['skills'] as unknown[] | null)?.includes(skill))).slice(0, Math.max(0, Number(first))), null],
    'Query.onCall': (_, __, data) => data.any('s3'),
    'Query.samples': (_, { of }, data) => data.all('Blood').filter((blood) => of === undefined || of === null || blood['of'] === of),
    'Query.insured': (_, { company }, data) => [null, ...data.all('Patient').filter((one) => (one['insurance'] as Row)['company'] === company)],
    'Query.bill': (_, { id }, data) => {
      if (id === 'none') throw new GraphQLError('No such bill', { extensions: { code: 'NOT_FOUND', field: 'id' } });
      return data.find('Bill', id);
    },
    'Query.bills': (_, { filter }, data) => {
      const { paid, over } = (filter ?? {}) as { paid?: boolean | null; over?: number | null };
      return data.all('Bill').filter((bill) => (paid === undefined || paid === null || bill['paid'] === paid) && Number(bill['amount'] ?? 0) >= (over ?? 0));
    },
    'Mutation.draw': (_, { patient: of, values }, data) => ({ __typename: 'Blood', id: 'new', of, type: 'AB', values: values ?? null, warning: data.amounts.length > 0 ? { __typename: 'Warning', text: String(data.amounts.length), level: 1 } : null }),
    'Mutation.discard': (_, { patient: of }, data) => data.amounts.push(Number(of)),
    'Mutation.count': (_, __, data) => data.amounts.length,
    'Mutation.bill': (_, { patient: of, amount }, data) => {
      if (amount === -2.25) throw new GraphQLError('Less than nothing', { extensions: { code: 'NEGATIVE' } });
      data.amounts.push(Number(amount));
      return { __typename: 'Bill', id: 'i1', of, amount: data.amounts.length, paid: null, lines: null };
    },
    'Mutation.bills': (_, __, data) => [...data.amounts],
    'Nurse.seat': ({ seat }, _, data) => data.any(seat),
    'Doctor.seat': ({ seat }, _, data) => data.any(seat),
    'Patient.ward': ({ ward }, _, data) => data.any(ward),
    'Patient.contacts': ({ number }, _, data) => data.all('Contact').filter(({ of }) => of === number),
    'Patient.visits': ({ number }, { limit }, data) => [null, ...data.all('Visit').filter((visit) => visit['patient'] === number)].slice(0, typeof limit === 'number' ? Math.max(0, limit) : undefined),
    'Patient.risk': (row, _, __, given) => ({ __typename: 'Risk', score: row['score'], patient: row, reasons: [JSON.stringify(given['insurance'] && (given['insurance'] as Row)['company']), JSON.stringify((given['bloods'] as Row[] | null)?.map(({ type, values }) => [type, values]))] }),
    'Patient.bloods': ({ number }, _, data) => (number === 2 ? null : data.all('Blood').filter(({ of }) => of === number)),
    'Patient.bills': ({ number }, _, data) => data.all('Bill').filter(({ of }) => of === number),
    'Patient.debts': (_, __, ___, { coverage, name }) => (coverage === null ? null : Number(coverage) + String(name).length),
    'Risk.patient': ({ patient: of }) => of,
    'Contact.patient': ({ patient: number }, _, data) => patient(data, number),
    'House.wards': ({ id }, { floor }, data) => data.all('Ward').filter((ward) => ward['house'] === id && (typeof floor !== 'number' || ward['floor'] === floor)),
    'House.manager': ({ manager }, _, data) => data.any(manager),
    'Ward.house': ({ house }, _, data) => data.any(house),
    'Ward.nurses': ({ nurses }, _, data) => linked(data, nurses),
    'Ward.busy': ({ busy }, { at }) => (at === 3 ? new GraphQLError('Closed at three', { extensions: { code: 'CLOSED' } }) : busy),
    'Ward.rate': (_, __, ___, { floor, beds }) => (floor === null ? null : Number(floor) * 100 + Number(beds)),
    'Nurse.ward': ({ ward }, _, data) => data.any(ward),
    'Doctor.patients': ({ patients }, _, data) => (patients as (number | null)[] | null)?.map((number) => (number === null ? null : patient(data, number))) ?? null,
    'Doctor.rounds': ({ id }, _, data) => data.all('Visit').filter(({ doctor }) => doctor === id),
    'Doctor.chief': ({ chief }, _, data) => data.any(chief),
    'Visit.patient': ({ patient: number }, _, data) => patient(data, number),
    'Visit.doctor': ({ doctor }, _, data) => data.any(doctor),
    'Visit.ward': ({ ward }, _, data) => data.any(ward),
    'Visit.note': ({ note }, { lang }) => (note === null ? null : `${String(note)} (${String(lang)})`),
    'Visit.nested': (_, __, data) => [[data.any('v2'), null], null, [data.any('v3'), new GraphQLError('No visit', { extensions: { code: 'MISSED' } })]],
    'Bill.of': ({ of }, _, data) => (of === null ? null : patient(data, of)),
    'Bill.lines': ({ lines }, _, data) => linked(data, lines),
    'Stay.ward': ({ ward }, _, data) => data.any(ward),
    'Drug.dose': ({ dose }, { unit }) => `${String(dose)} ${String(unit)}`,
  },
};
