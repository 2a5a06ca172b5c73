import type { Json, LabClient } from '../../system/client';

const mutations = {
  createExperiment: '$input: CreateExperimentInput!',
  updateExperiment: '$id: ID!, $input: UpdateExperimentInput!, $expectedVersion: Int',
  deleteExperiment: '$id: ID!, $expectedVersion: Int',
  createExperimentWithMethods: '$experiment: CreateExperimentInput!, $methods: [CreateMethodInput!]!',
  addMethodsToExperiment: '$experimentId: ID!, $methodIds: [ID!]!',
  removeMethodsFromExperiment: '$experimentId: ID!, $methodIds: [ID!]!',
  createMethod: '$input: CreateMethodInput!',
  updateMethod: '$id: ID!, $input: UpdateMethodInput!, $expectedVersion: Int',
  createMethods: '$inputs: [CreateMethodInput!]!',
  deleteMethods: '$ids: [ID!]!',
} as const;

export type MutationName = keyof typeof mutations;
export const mutationNames = Object.keys(mutations) as MutationName[];

export interface Applied {
  __typename: 'CommandApplied';
  at: string;
  durationMs: number;
  version: number | null;
  subject: { __typename: 'Experiment' | 'Method'; id: string } | null;
  process: { id: string; state: string } | null;
}

export interface Refused {
  __typename: 'CommandRefused';
  at: string;
  durationMs: number;
  code: string;
  message: string;
  details: Json;
  process: { id: string; state: string } | null;
}

export interface DecidedCommand {
  id: string;
  type: string;
  subjectId: string;
  acceptedAt: string;
  actor: { userId: string; name: string };
  status: 'ACCEPTED' | 'APPLIED' | 'REFUSED' | 'PARKED';
  outcome: Applied | Refused | null;
}

/** Everything that a command tells, without waiting for its decision unless `waitMs` says so. */
export const commandFields = (waitMs = 0): string => `
  id type subjectId acceptedAt actor { userId name } status
  outcome(waitMs: ${waitMs}) {
    __typename
    ... on CommandApplied { at durationMs version subject { __typename ... on Experiment { id } ... on Method { id } } process { id state } }
    ... on CommandRefused { at durationMs code message details process { id state } }
  }`;

/** A mutation that answers with its command under the name `command`. */
export const mutation = (name: MutationName, selection: string): string => {
  const parameters = `${mutations[name]}, $commandId: ID`;
  const passed = [...parameters.matchAll(/\$(\w+)/g)].map(([, argument]) => `${argument}: $${argument}`).join(', ');
  return `mutation(${parameters}) { command: ${name}(${passed}) { ${selection} } }`;
};

/** Sends a mutation and waits in the same request until it is decided. */
export const decided = async (client: LabClient, name: MutationName, variables: object): Promise<DecidedCommand> => {
  const { command } = await client.data<{ command: DecidedCommand }>(mutation(name, commandFields(10_000)), variables);
  if (!command.outcome) throw new Error(`${command.type} was not decided within 10 s; its status is ${command.status}`);
  return command;
};

/** The id of what it was about; throws if it was refused. */
export const applied = async (client: LabClient, name: MutationName, variables: object): Promise<string> => {
  const { outcome, subjectId, type } = await decided(client, name, variables);
  if (outcome?.__typename !== 'CommandApplied') throw new Error(`${type} was refused: ${JSON.stringify(outcome)}`);
  return subjectId;
};

/** Why it was refused; throws if it was not. */
export const refused = async (client: LabClient, name: MutationName, variables: object): Promise<Refused> => {
  const { outcome, type } = await decided(client, name, variables);
  if (outcome?.__typename !== 'CommandRefused') throw new Error(`${type} was not refused`);
  return outcome;
};

/** What the lab knows of a command; null for one that it never sent. */
export const known = async (client: LabClient, id: string): Promise<DecidedCommand | null> =>
  (await client.data(`query($id: ID!) { command(id: $id) { ${commandFields()} } }`, { id })).command;

/** A new experiment's id. */
export const anExperiment = (client: LabClient, input: object = {}): Promise<string> =>
  applied(client, 'createExperiment', { input: { name: 'Soil moisture', ...input } });

/** A new method's id. */
export const aMethod = (client: LabClient, input: object = {}): Promise<string> =>
  applied(client, 'createMethod', { input: { name: 'Drip irrigation', applicationRate: 2.5, ...input } });

/** The ids of that many new methods. */
export const methods = (client: LabClient, count: number): Promise<string[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => aMethod(client, { name: `Method ${index}` })));
