import { randomUUID } from 'node:crypto';
import type { LabClient } from '../system/client';
import { startWithCrowd, type Crowd } from '../system/crowd';
import { aMethod, commandFields, mutation, type DecidedCommand } from './steps/commands';

/** A variable that all inputs share keeps the request small; what is made of it is a hundred times as large. */
const inputs = (count: number): string =>
  Array.from({ length: count }, (_, index) => `{ name: "Method ${index}", applicationRate: 1, description: $description }`).join(' ');
const parameters = '$description: String!, $commandId: ID';
const createMethods = `mutation(${parameters}) { command: createMethods(inputs: [${inputs(100)}], commandId: $commandId) { ${commandFields(10_000)} } }`;
const createAll = `mutation(${parameters}) {
  command: createExperimentWithMethods(experiment: { name: "All", description: $description }, methods: [${inputs(100)}], commandId: $commandId) { ${commandFields(10_000)} } }`;

const descriptions: [string, string][] = [
  ['of one byte each', 'x'], ['of 2 bytes each', 'ü'], ['of 3 bytes each', '語'], ['of 4 bytes each', '🧪'], ['that JSON escapes', '\u0001'], ['that are quotes', '"'],
];

describe('A hundred methods', () => {
  let crowd: Crowd;
  let alice: LabClient;
  beforeAll(async () => {
    crowd = await startWithCrowd();
    alice = await crowd.enter();
  });
  afterAll(() => crowd.leave());

  const methodsInAll = async (): Promise<number> => {
    const { methods } = await alice.data(`query { methods(first: 1) { totalCount } }`);
    return methods.totalCount;
  };

  /** Waits however long it takes: what a hundred methods take depends on the machine. */
  const settled = async (query: string, variables: object): Promise<DecidedCommand> => {
    let { command } = await alice.data<{ command: DecidedCommand }>(query, variables);
    while (command.status === 'ACCEPTED') {
      ({ command } = await alice.data<{ command: DecidedCommand }>(`query($id: ID!) { command(id: $id) { ${commandFields(10_000)} } }`, { id: command.id }));
    }
    return command;
  };

  it.each(descriptions)('with descriptions of 10,000 characters %s are created', async (_what, character) => {
    const before = await methodsInAll();
    const command = await settled(createMethods, { description: character.repeat(10_000) });
    expect(command).toMatchObject({ status: 'APPLIED' });
    expect(await methodsInAll()).toBe(before + 100);
  });

  it.each(descriptions.slice(3, 5))('with descriptions of 10,000 characters %s are created with their experiment', async (_what, character) => {
    const description = character.repeat(10_000);
    const command = await settled(createAll, { description });
    expect(command).toMatchObject({ status: 'APPLIED' });
    const { experiment } = await alice.data(`query($id: ID!) { experiment(id: $id) { description methods(first: 1) { totalCount nodes { description } } } }`, { id: command.subjectId });
    expect(experiment.methods.totalCount).toBe(100);
    expect(experiment.methods.nodes[0].description === description && experiment.description === description).toBe(true);
  });

  it('are one command still, when it is sent again, and another one is refused its id', async () => {
    const commandId = randomUUID();
    const description = '🧪'.repeat(10_000);
    const first = await settled(createMethods, { description, commandId });
    const before = await methodsInAll();
    const again = await settled(createMethods, { description, commandId });
    expect(again).toMatchObject({ id: commandId, subjectId: first.subjectId, status: 'APPLIED' });
    const { command: other } = await alice.data<{ command: DecidedCommand }>(createMethods, { description: `${description.slice(2)}x`, commandId });
    expect(other.outcome).toMatchObject({ __typename: 'CommandRefused', code: 'COMMAND_ID_REUSED' });
    expect(await methodsInAll()).toBe(before);
  });

  it('with descriptions of their own, of 10,000 characters of 4 bytes each, fit into one request', async () => {
    const inputs = Array.from({ length: 100 }, (_, index) => ({ name: `Own ${index}`, applicationRate: 1, description: `${index} ${'🧪'.repeat(9_990)}` }));
    expect(await settled(mutation('createMethods', commandFields(10_000)), { inputs })).toMatchObject({ status: 'APPLIED' });
  });

  it('delay nobody else', async () => {
    const bob = await crowd.enter({ user: 'bob' });
    await Promise.all([alice.data(createMethods, { description: '🧪'.repeat(10_000) }), ...Array.from({ length: 20 }, () => aMethod(bob))]);
  });
});
