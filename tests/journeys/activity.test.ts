import { randomUUID } from 'node:crypto';
import type { Json, LabClient } from '../system/client';
import { newLab, startWithCrowd, type Crowd } from '../system/crowd';
import { aMethod, anExperiment, applied, decided, refused } from './steps/commands';

const entry =
  'id cursor at kind type subjectId actor { userId } subject { ... on Experiment { id name } ... on Method { id } } change { version type fields { field } } refusal { code message } command { id type } process { id }';

describe('The audit trail', () => {
  let crowd: Crowd;
  let lab: string;
  let alice: LabClient;
  let bob: LabClient;
  beforeAll(async () => {
    crowd = await startWithCrowd();
  });
  beforeEach(async () => {
    lab = newLab();
    [alice, bob] = await Promise.all([crowd.enter({ lab }), crowd.enter({ lab, user: 'bob' })]);
  });
  afterAll(() => crowd.leave());

  const trail = async (filter: object = {}, client = alice): Promise<Json[]> => {
    const { auditTrail } = await client.data(
      `query($filter: AuditFilter) { auditTrail(first: 100, filter: $filter) { totalCount nodes { ${entry} } edges { cursor node { id } } } }`,
      { filter },
    );
    expect(auditTrail.totalCount).toBe(auditTrail.nodes.length);
    expect(auditTrail.edges).toEqual(auditTrail.nodes.map(({ id, cursor }: Json) => ({ cursor, node: { id } })));
    return auditTrail.nodes;
  };

  it('tells what was accepted, what came of it, and why not, newest first', async () => {
    const commandId = randomUUID();
    const id = await anExperiment(alice, { name: 'Tracked' });
    await refused(bob, 'updateExperiment', { id, input: { name: 'No' }, expectedVersion: 7, commandId });
    const told = await trail();
    expect(told.map(({ kind, type }) => `${kind} ${type}`).sort()).toEqual([
      'COMMAND_ACCEPTED CreateExperiment',
      'COMMAND_ACCEPTED UpdateExperiment',
      'COMMAND_REFUSED UpdateExperiment',
      'EVENT ExperimentCreated',
    ]);
    const [refusal, creation] = ['COMMAND_REFUSED', 'EVENT'].map((kind) => told.find((found) => found.kind === kind));
    expect(told.indexOf(refusal)).toBeLessThan(told.indexOf(creation));
    expect(refusal).toMatchObject({
      subjectId: id,
      actor: { userId: 'bob' },
      subject: { id, name: 'Tracked' },
      change: null,
      refusal: { code: 'VERSION_CONFLICT' },
      command: { id: commandId },
      process: null,
    });
    expect(creation).toMatchObject({
      subjectId: id,
      actor: { userId: 'alice' },
      change: { version: 1, type: 'ExperimentCreated' },
      refusal: null,
    });
  });

  it('tells every change that a process made, and the process', async () => {
    const [experimentId, methodId] = [await anExperiment(alice), await aMethod(alice)];
    const { outcome } = await decided(bob, 'addMethodsToExperiment', { experimentId, methodIds: [methodId] });
    const [linked] = await trail({ type: ['MethodsLinked'] });
    expect(linked).toMatchObject({
      kind: 'EVENT',
      subjectId: experimentId,
      actor: { userId: 'bob' },
      change: { version: 2, type: 'MethodsLinked' },
    });
    expect((await trail()).some(({ process }) => process?.id === outcome?.process?.id)).toBe(true);
  });

  it('can be filtered by each of its properties', async () => {
    const commandId = randomUUID();
    const id = await anExperiment(alice, { name: 'One' });
    await aMethod(bob);
    await applied(bob, 'updateExperiment', { id, input: { name: 'Two' }, commandId });
    await refused(alice, 'updateExperiment', { id, input: { name: 'Three' }, expectedVersion: 9 });
    const told = async (filter: object): Promise<string[]> => (await trail(filter)).map(({ kind, type }) => `${kind} ${type}`).sort();
    expect(await told({ kind: ['EVENT'] })).toEqual(['EVENT ExperimentCreated', 'EVENT ExperimentUpdated', 'EVENT MethodCreated']);
    expect(await told({ kind: ['COMMAND_REFUSED', 'OPERATOR_ACTION'] })).toEqual(['COMMAND_REFUSED UpdateExperiment']);
    expect(await told({ type: ['MethodCreated', 'CreateMethod'] })).toEqual(['COMMAND_ACCEPTED CreateMethod', 'EVENT MethodCreated']);
    expect(await told({ subjectId: id, kind: ['EVENT'] })).toEqual(['EVENT ExperimentCreated', 'EVENT ExperimentUpdated']);
    expect(await told({ actorId: 'bob', kind: ['EVENT'] })).toEqual(['EVENT ExperimentUpdated', 'EVENT MethodCreated']);
    expect(await told({ commandId })).toEqual(['COMMAND_ACCEPTED UpdateExperiment', 'EVENT ExperimentUpdated']);
    expect(await told({ subjectId: randomUUID() })).toEqual([]);
    const all = await trail();
    const middle = all[Math.floor(all.length / 2)].at;
    expect((await trail({ from: middle })).every(({ at }) => at >= middle)).toBe(true);
    expect((await trail({ from: middle })).length + (await trail({ to: middle })).length).toBeGreaterThanOrEqual(all.length);
    expect(await trail({ from: '2100-01-01T00:00:00Z' })).toEqual([]);
    expect(await trail({ to: '2000-01-01T00:00:00Z' })).toEqual([]);
  });

  it('is read page by page, each entry once', async () => {
    for (let at = 0; at < 12; at += 1) await aMethod(alice);
    const all = await trail();
    const read: string[] = [];
    for (let after: string | null = null, more = true; more;) {
      const { auditTrail }: Json = await alice.data(
        'query($after: Cursor) { auditTrail(first: 7, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } }',
        { after },
      );
      read.push(...auditTrail.nodes.map(({ id }: Json) => id));
      [after, more] = [auditTrail.pageInfo.endCursor, auditTrail.pageInfo.hasNextPage];
    }
    expect(read).toEqual(all.map(({ id }) => id));
  });

  it('never tells what another lab does', async () => {
    const stranger = await crowd.enter();
    await anExperiment(stranger);
    expect(await trail()).toEqual([]);
    const id = await anExperiment(alice);
    expect(await trail({ subjectId: id }, stranger)).toEqual([]);
    expect((await trail({}, stranger)).every(({ subjectId }) => subjectId !== id)).toBe(true);
  });
});
