import { randomUUID } from 'node:crypto';
import type { Json, LabClient } from '../system/client';
import { startWithCrowd, type Crowd } from '../system/crowd';
import { anExperiment, applied, decided, refused } from './steps/commands';

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

const read = async (client: LabClient, id: string): Promise<Json> => {
  const query = `query($id: ID!) { experiment(id: $id) {
    id version name description status tags plannedStart plannedEnd creator { userId name } createdAt updatedAt methodCount methods { totalCount nodes { id } } } }`;
  return (await client.data(query, { id })).experiment;
};

describe('An experiment', () => {
  let crowd: Crowd;
  let alice: LabClient;
  beforeAll(async () => {
    crowd = await startWithCrowd();
    alice = await crowd.enter();
  });
  afterAll(() => crowd.leave());

  it('given nothing, when it is created, then its outcome names it and it can be read at once, whole', async () => {
    const input = {
      name: 'Nitrogen on loam',
      description: 'Three plots',
      tags: ['loam', 'N'],
      plannedStart: '2026-03-01T08:00:00.000Z',
      plannedEnd: '2026-06-30T18:00:00.000Z',
    };
    const command = await decided(alice, 'createExperiment', { input });
    expect(command).toMatchObject({ type: 'CreateExperiment', status: 'APPLIED', actor: { userId: 'alice', name: 'Alice Archer' } });
    expect(command.outcome).toMatchObject({
      __typename: 'CommandApplied',
      version: 1,
      process: null,
      subject: { __typename: 'Experiment', id: command.subjectId },
    });
    const experiment = await read(alice, command.subjectId);
    expect(experiment).toMatchObject({
      ...input,
      id: command.subjectId,
      version: 1,
      status: 'DRAFT',
      methodCount: 0,
      methods: { totalCount: 0, nodes: [] },
    });
    expect(experiment.creator).toEqual({ userId: 'alice', name: 'Alice Archer' });
    expect(experiment.createdAt).toMatch(INSTANT);
    expect(experiment.updatedAt).toBe(experiment.createdAt);
  });

  it('given only a name, when it is created, then the rest is empty', async () => {
    const id = await anExperiment(alice, { name: 'Bare' });
    expect(await read(alice, id)).toMatchObject({ name: 'Bare', description: null, tags: [], plannedStart: null, plannedEnd: null });
  });

  it('given dates with an offset, when it is created, then they are told in UTC with milliseconds', async () => {
    const id = await anExperiment(alice, { plannedStart: '2026-03-01T01:30:00+02:00', plannedEnd: '2026-03-01T00:00:00.5Z' });
    expect(await read(alice, id)).toMatchObject({ plannedStart: '2026-02-28T23:30:00.000Z', plannedEnd: '2026-03-01T00:00:00.500Z' });
  });

  it("given an id of the client's choice, when it is written in capitals, then it is the same id", async () => {
    const id = randomUUID();
    await applied(alice, 'createExperiment', { input: { id: id.toUpperCase(), name: 'Mine' } });
    expect((await read(alice, id)).name).toBe('Mine');
    expect((await read(alice, id.toUpperCase())).id).toBe(id);
    await applied(alice, 'updateExperiment', { id: id.toUpperCase(), input: { name: 'Still mine' } });
    expect((await read(alice, id)).name).toBe('Still mine');
  });

  it('given an id that is taken, when it is created again by another command, then it is refused and the first stands', async () => {
    const id = await anExperiment(alice, { id: randomUUID(), name: 'First' });
    expect(await refused(alice, 'createExperiment', { input: { id, name: 'Second' } })).toMatchObject({ code: 'ALREADY_EXISTS' });
    expect(await read(alice, id)).toMatchObject({ name: 'First', version: 1 });
  });

  it('when it is updated, then what was left out stays, what was given as null is cleared, and the version counts up', async () => {
    const id = await anExperiment(alice, { name: 'Before', description: 'Old', tags: ['a'], plannedStart: '2026-01-01T00:00:00.000Z' });
    await applied(alice, 'updateExperiment', { id, input: { name: 'After', description: null } });
    expect(await read(alice, id)).toMatchObject({
      name: 'After',
      description: null,
      tags: ['a'],
      plannedStart: '2026-01-01T00:00:00.000Z',
      version: 2,
    });
    await applied(alice, 'updateExperiment', { id, input: { tags: null, plannedStart: null } });
    expect(await read(alice, id)).toMatchObject({ name: 'After', tags: [], plannedStart: null, version: 3 });
    expect((await read(alice, id)).updatedAt > (await read(alice, id)).createdAt).toBe(true);
  });

  it('when an update changes nothing, then it is applied and the version stays', async () => {
    const id = await anExperiment(alice, { name: 'Same', tags: ['x'] });
    const { outcome } = await decided(alice, 'updateExperiment', { id, input: { name: 'Same', tags: ['x'] } });
    expect(outcome).toMatchObject({ __typename: 'CommandApplied', version: 1 });
    await applied(alice, 'updateExperiment', { id, input: {} });
    expect(await read(alice, id)).toMatchObject({ version: 1 });
  });

  it('given an expected version, when the experiment has changed since, then it is refused and says the version there is', async () => {
    const id = await anExperiment(alice);
    await applied(alice, 'updateExperiment', { id, input: { name: 'Second' }, expectedVersion: 1 });
    const refusal = await refused(alice, 'updateExperiment', { id, input: { name: 'Third' }, expectedVersion: 1 });
    expect(refusal).toMatchObject({ code: 'VERSION_CONFLICT', details: { expectedVersion: 1, version: 2 } });
    expect(refusal.message).toMatch(/changed/);
    expect(await refused(alice, 'deleteExperiment', { id, expectedVersion: 1 })).toMatchObject({ code: 'VERSION_CONFLICT' });
    expect(await read(alice, id)).toMatchObject({ name: 'Second', version: 2 });
    await applied(alice, 'deleteExperiment', { id, expectedVersion: 2 });
  });

  it('given one date, when the other is set so that they cross, then the worker refuses it', async () => {
    const id = await anExperiment(alice, { plannedStart: '2026-05-01T00:00:00.000Z' });
    const refusal = await refused(alice, 'updateExperiment', { id, input: { plannedEnd: '2026-04-01T00:00:00.000Z' } });
    expect(refusal.code).toBe('DATES_OUT_OF_ORDER');
    expect(await read(alice, id)).toMatchObject({ plannedEnd: null, version: 1 });
  });

  it('given an id of nothing, when it is updated or deleted, then it is refused as not found', async () => {
    const id = randomUUID();
    expect(await refused(alice, 'updateExperiment', { id, input: { name: 'X' } })).toMatchObject({ code: 'EXPERIMENT_NOT_FOUND' });
    expect(await refused(alice, 'deleteExperiment', { id })).toMatchObject({ code: 'EXPERIMENT_NOT_FOUND' });
    expect(await read(alice, id)).toBeNull();
    expect(await read(alice, 'no uuid at all')).toBeNull();
  });

  it('when it is deleted, then it is gone at once, and its id is never used again', async () => {
    const id = await anExperiment(alice, { name: 'Shortlived' });
    const { outcome } = await decided(alice, 'deleteExperiment', { id });
    expect(outcome).toMatchObject({ __typename: 'CommandApplied', subject: { __typename: 'DeletedSubject' } });
    expect(await read(alice, id)).toBeNull();
    const { experiments } = await alice.data('{ experiments(filter: {search: "Shortlived"}) { totalCount nodes { id } } }');
    expect(experiments).toEqual({ totalCount: 0, nodes: [] });
    expect(await refused(alice, 'createExperiment', { input: { id, name: 'Again' } })).toMatchObject({ code: 'ALREADY_EXISTS' });
    expect(await refused(alice, 'deleteExperiment', { id })).toMatchObject({ code: 'EXPERIMENT_NOT_FOUND' });
  });

  it('when commands on one experiment are sent one behind the other without waiting, then they are decided in that order', async () => {
    const id = await anExperiment(alice);
    const names = Array.from({ length: 30 }, (_, index) => `Name ${index}`);
    const document = `mutation(${names.map((_, index) => `$n${index}: String!`).join(', ')}) {
      ${names.map((_, index) => `c${index}: updateExperiment(id: "${id}", input: { name: $n${index} }) { outcome(waitMs: 10000) { ... on CommandApplied { version } } }`).join('\n')} }`;
    const data = await alice.data(document, Object.fromEntries(names.map((name, index) => [`n${index}`, name])));
    expect(Object.values<Json>(data).map(({ outcome }) => outcome.version)).toEqual(names.map((_, index) => index + 2));
    expect(await read(alice, id)).toMatchObject({ name: 'Name 29', version: 31 });
  });
});
