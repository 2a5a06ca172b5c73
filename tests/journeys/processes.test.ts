import { randomUUID } from 'node:crypto';
import type { Json, LabClient } from '../system/client';
import { startWithCrowd, type Crowd } from '../system/crowd';
import { anExperiment, decided, methods, type DecidedCommand } from './steps/commands';

const fields = `id type state startedAt deadline endedAt command { id type status outcome { __typename } }
  steps { id name subjectId state startedAt endedAt compensates refusal { code message } }`;

describe('A process', () => {
  let crowd: Crowd;
  let alice: LabClient;
  beforeAll(async () => {
    crowd = await startWithCrowd();
  });
  beforeEach(async () => {
    alice = await crowd.enter();
  });
  afterAll(() => crowd.leave());

  const processOf = async ({ outcome }: DecidedCommand): Promise<Json> =>
    (await alice.data(`query($id: ID!) { process(id: $id) { ${fields} } }`, { id: outcome?.process?.id })).process;

  it('that completed shows its command and every step, done', async () => {
    const [experimentId, methodIds] = [await anExperiment(alice), await methods(alice, 2)];
    const command = await decided(alice, 'addMethodsToExperiment', { experimentId, methodIds });
    const process = await processOf(command);
    expect(process).toMatchObject({
      type: 'AddMethodsToExperiment',
      state: 'COMPLETED',
      command: { id: command.id, type: 'AddMethodsToExperiment', status: 'APPLIED', outcome: { __typename: 'CommandApplied' } },
    });
    expect(process.steps.map(({ state }: Json) => state)).toEqual(process.steps.map(() => 'DONE'));
    expect(process.steps.map(({ subjectId }: Json) => subjectId)).toEqual([...methodIds, experimentId, ...methodIds]);
    expect(process.steps.every(({ endedAt, startedAt }: Json) => endedAt >= startedAt)).toBe(true);
    expect(process.endedAt >= process.startedAt && process.deadline > process.startedAt).toBe(true);
  });

  it('that was compensated shows which step was refused and why, and which steps undid which', async () => {
    const [experimentId, [good], missing] = [await anExperiment(alice), await methods(alice, 1), randomUUID()];
    const process = await processOf(await decided(alice, 'addMethodsToExperiment', { experimentId, methodIds: [good, missing] }));
    expect(process).toMatchObject({ state: 'COMPENSATED', command: { status: 'REFUSED', outcome: { __typename: 'CommandRefused' } } });
    const [attached, attachedToo, ...compensations] = process.steps;
    expect(attached).toMatchObject({ subjectId: good, state: 'DONE', refusal: null, compensates: null });
    expect(attachedToo).toMatchObject({ subjectId: missing, state: 'REFUSED', refusal: { code: 'METHOD_NOT_FOUND' } });
    expect(compensations).toMatchObject([{ subjectId: good, state: 'DONE', compensates: attached.id }]);
  });

  it('is found in the list, newest first, by type, state and subject, page by page', async () => {
    const experimentId = await anExperiment(alice);
    const [first, second] = await methods(alice, 2);
    const commands: DecidedCommand[] = [];
    for (const methodIds of [[first], [second], [randomUUID()]])
      commands.push(await decided(alice, 'addMethodsToExperiment', { experimentId, methodIds }));
    commands.push(await decided(alice, 'deleteMethods', { ids: [first] }));
    const ids = commands.map(({ outcome }) => outcome?.process?.id).reverse();
    const found = async (filter: object): Promise<string[]> => {
      const { processes } = await alice.data(
        'query($filter: ProcessFilter) { processes(filter: $filter) { totalCount nodes { id } edges { node { id } } } }',
        { filter },
      );
      expect(processes.totalCount).toBe(processes.nodes.length);
      expect(processes.edges.map(({ node }: Json) => node)).toEqual(processes.nodes);
      return processes.nodes.map(({ id }: Json) => id);
    };
    expect(await found({})).toEqual(ids);
    expect(await found({ type: ['DeleteMethods'] })).toEqual(ids.slice(0, 1));
    expect(await found({ state: ['COMPENSATED'] })).toEqual(ids.slice(1, 2));
    expect(await found({ state: ['COMPLETED', 'STUCK'], type: ['AddMethodsToExperiment'] })).toEqual(ids.slice(2));
    expect(await found({ subjectId: second })).toEqual(ids.slice(2, 3));
    const read: string[] = [];
    for (let after: string | null = null, more = true; more;) {
      const { processes }: Json = await alice.data(
        'query($after: Cursor) { processes(first: 3, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } }',
        { after },
      );
      read.push(...processes.nodes.map(({ id }: Json) => id));
      [after, more] = [processes.pageInfo.endCursor, processes.pageInfo.hasNextPage];
    }
    expect(read).toEqual(ids);
  });

  it('that never was is null', async () => {
    expect(await alice.data('query($a: ID!) { a: process(id: $a) { id } b: process(id: "no uuid") { id } }', { a: randomUUID() })).toEqual({
      a: null,
      b: null,
    });
  });
});
