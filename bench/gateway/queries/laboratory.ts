import type { Resolvers } from '../subgraph-server';

/** Everything a laboratory has is made up from its name and a number, so that whatever is answered can be told beforehand. */
interface Experiment {
  readonly lab: string;
  readonly number: number;
}

const EXPERIMENTS = 20;
const METHODS_EACH = 20;
const DISTINCT_METHODS = 20;
const SERIES = 10;
const MEASUREMENTS = 6_000;

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);
const statuses = ['PLANNED', 'RUNNING', 'COMPLETED'] as const;

export const experiments = (lab: string): readonly Experiment[] => numbers(EXPERIMENTS).map((number) => ({ lab, number }));
export const series = (lab: string): readonly Experiment[] => numbers(SERIES).map((number) => ({ lab, number }));

export const experiment = {
  id: ({ lab, number }: Experiment) => `${lab}-experiment-${number}`,
  title: ({ number }: Experiment) => `Stability of batch ${number} at ${4 + number} °C`,
  status: ({ number }: Experiment) => statuses[number % statuses.length],
  startedAt: ({ number }: Experiment) => (number % 4 === 0 ? null : `2026-03-${String(number + 1).padStart(2, '0')}T08:00:00Z`),
  /** Each experiment has all of the lab's methods, in an order of its own. */
  methods: ({ lab, number }: Experiment) => numbers(METHODS_EACH).map((index) => ({ id: `${lab}-method-${(index + number) % DISTINCT_METHODS}` })),
  leading: ({ lab, number }: Experiment) => ({ id: `${lab}-method-${number}` }),
};

const numberIn = (id: string): number => Number(id.slice(id.lastIndexOf('-') + 1));
const labOf = (id: string): string => id.slice(0, id.indexOf('-'));
type Entity = Readonly<{ id: string }>;

export const method = {
  name: ({ id }: Entity) => `Assay type ${numberIn(id)}`,
  author: ({ id }: Entity) => ({ id: `${labOf(id)}-person-${numberIn(id)}` }),
};
export const person = { name: ({ id }: Entity) => `Person ${numberIn(id)}`, team: ({ id }: Entity) => ({ id: `${labOf(id)}-team-${numberIn(id) % 5}` }) };
export const team = { name: ({ id }: Entity) => `Team ${numberIn(id)}`, site: ({ id }: Entity) => ({ id: `${labOf(id)}-site-${numberIn(id) % 3}` }) };
export const site = { name: ({ id }: Entity) => `Site ${numberIn(id)}`, country: ({ id }: Entity) => ['CH', 'DE', 'FR'][numberIn(id) % 3] };

export const measurements = (lab: string) =>
  numbers(MEASUREMENTS).map((number) => ({
    id: `${lab}-measurement-${number}`, value: number / 8, unit: 'mmol/l', takenAt: `2026-03-01T${String(number % 24).padStart(2, '0')}:00:00Z`, note: number % 3 === 0 ? null : 'within its limits',
    instrument: { name: `Spectrometer ${number % 7}`, calibrated: number % 2 === 0 },
  }));

const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])\n';
const reference = { __resolveReference: (entity: Entity) => entity };

interface Laboratory {
  readonly name: string;
  readonly sdl: string;
  readonly resolvers: Resolvers;
}

/** Five subgraphs, each of which owns one type and refers to the next one's. */
export const subgraphs: readonly Laboratory[] = [
  {
    name: 'experiments',
    sdl: `${link}
      type Query { experiments(lab: ID!): [Experiment!]! series(lab: ID!): [Experiment!]! measurements(lab: ID!): [Measurement!]! }
      type Experiment @key(fields: "id") { id: ID! title: String! status: Status! startedAt: String methods: [Method!]! leading: Method! }
      type Method @key(fields: "id", resolvable: false) { id: ID! }
      type Measurement { id: ID! value: Float! unit: String! takenAt: String! note: String instrument: Instrument! }
      type Instrument { name: String! calibrated: Boolean! }
      enum Status { PLANNED RUNNING COMPLETED }`,
    resolvers: {
      Query: { experiments: (_, { lab }) => experiments(lab as string), series: (_, { lab }) => series(lab as string), measurements: (_, { lab }) => measurements(lab as string) },
      Experiment: {
        ...experiment,
        __resolveReference: ({ id }: Entity) => ({ lab: labOf(id), number: numberIn(id) }),
      } as never,
    },
  },
  {
    name: 'methods',
    sdl: `${link} type Method @key(fields: "id") { id: ID! name: String! author: Person! } type Person @key(fields: "id", resolvable: false) { id: ID! }`,
    resolvers: { Method: { ...method, ...reference } as never },
  },
  {
    name: 'people',
    sdl: `${link} type Person @key(fields: "id") { id: ID! name: String! team: Team! } type Team @key(fields: "id", resolvable: false) { id: ID! }`,
    resolvers: { Person: { ...person, ...reference } as never },
  },
  {
    name: 'teams',
    sdl: `${link} type Team @key(fields: "id") { id: ID! name: String! site: Site! } type Site @key(fields: "id", resolvable: false) { id: ID! }`,
    resolvers: { Team: { ...team, ...reference } as never },
  },
  {
    name: 'sites',
    sdl: `${link} type Site @key(fields: "id") { id: ID! name: String! country: String! }`,
    resolvers: { Site: { ...site, ...reference } as never },
  },
];
