import { randomUUID } from 'node:crypto';
import type { Json, LabClient } from '../system/client';
import { startWithCrowd, type Crowd } from '../system/crowd';
import { aMethod, applied, decided, refused } from './steps/commands';

const read = async (client: LabClient, id: string): Promise<Json> => {
  const query = `query($id: ID!) { method(id: $id) {
    id version name description applicationRate unit status revision publishedRevision tags creator { userId } createdAt updatedAt experiments { totalCount nodes { id } } } }`;
  return (await client.data(query, { id })).method;
};

const namesIn = async (client: LabClient): Promise<string[]> => {
  const { methods } = await client.data('{ methods(first: 100, orderBy: { by: NAME }) { nodes { name } } }');
  return methods.nodes.map(({ name }: { name: string }) => name);
};

describe('A method', () => {
  let crowd: Crowd;
  let alice: LabClient;
  beforeAll(async () => {
    crowd = await startWithCrowd();
    alice = await crowd.enter();
  });
  afterAll(() => crowd.leave());

  it('given nothing, when it is created, then its outcome names it and it can be read at once, whole', async () => {
    const input = { name: 'Broadcast', description: 'By hand', applicationRate: 120.5, unit: 'kg/ha', tags: ['N'] };
    const command = await decided(alice, 'createMethod', { input });
    expect(command).toMatchObject({ type: 'CreateMethod', status: 'APPLIED' });
    expect(command.outcome).toMatchObject({ version: 1, subject: { __typename: 'Method', id: command.subjectId } });
    expect(await read(alice, command.subjectId)).toMatchObject({
      ...input,
      version: 1,
      status: 'DRAFT',
      revision: 1,
      publishedRevision: null,
      creator: { userId: 'alice' },
      experiments: { totalCount: 0, nodes: [] },
    });
  });

  it.each([0, 1e9, 1e-7, 0.1])('given an application rate of %p, then it is kept to the last digit', async (applicationRate) => {
    expect((await read(alice, await aMethod(alice, { applicationRate }))).applicationRate).toBe(applicationRate);
  });

  it('when it is updated, then what was left out stays, what was given as null is cleared, and the version counts up', async () => {
    const id = await aMethod(alice, { name: 'Before', unit: 'kg/ha', description: 'Old', tags: ['a', 'b'] });
    await applied(alice, 'updateMethod', { id, input: { applicationRate: 3, unit: null }, expectedVersion: 1 });
    expect(await read(alice, id)).toMatchObject({
      name: 'Before',
      applicationRate: 3,
      unit: null,
      description: 'Old',
      tags: ['a', 'b'],
      version: 2,
    });
  });

  it('given an expected version, when the method has changed since, then it is refused and says the version there is', async () => {
    const id = await aMethod(alice);
    await applied(alice, 'updateMethod', { id, input: { name: 'Second' } });
    expect(await refused(alice, 'updateMethod', { id, input: { name: 'Third' }, expectedVersion: 1 })).toMatchObject({
      code: 'VERSION_CONFLICT',
      details: { expectedVersion: 1, version: 2 },
    });
    expect(await read(alice, id)).toMatchObject({ name: 'Second', version: 2 });
  });

  it('given an id that is taken, or one of nothing, then creating and updating are refused', async () => {
    const id = await aMethod(alice, { id: randomUUID().toUpperCase(), name: 'First' });
    expect(await refused(alice, 'createMethod', { input: { id, name: 'Second', applicationRate: 1 } })).toMatchObject({
      code: 'ALREADY_EXISTS',
    });
    expect((await read(alice, id)).name).toBe('First');
    expect(await refused(alice, 'updateMethod', { id: randomUUID(), input: { name: 'X' } })).toMatchObject({ code: 'METHOD_NOT_FOUND' });
  });

  it('when it is deleted, then it is gone at once, and its id is never used again', async () => {
    const id = await aMethod(alice);
    expect((await decided(alice, 'deleteMethods', { ids: [id] })).outcome).toMatchObject({
      __typename: 'CommandApplied',
      process: { state: 'COMPLETED' },
    });
    expect(await read(alice, id)).toBeNull();
    expect(await refused(alice, 'createMethod', { input: { id, name: 'Again', applicationRate: 1 } })).toMatchObject({
      code: 'ALREADY_EXISTS',
    });
    expect(await refused(alice, 'deleteMethods', { ids: [id] })).toMatchObject({ code: 'METHOD_NOT_FOUND' });
  });

  describe('created together with others', () => {
    it('given three, then all of them are there, and the process that made them can be read', async () => {
      const bob = await crowd.enter({ user: 'bob' });
      const inputs = ['A', 'B', 'C'].map((name) => ({ name, applicationRate: 1 }));
      const { outcome } = await decided(bob, 'createMethods', { inputs });
      expect(outcome).toMatchObject({ __typename: 'CommandApplied', process: { state: 'COMPLETED' } });
      expect(await namesIn(bob)).toEqual(['A', 'B', 'C']);
    });

    it('given that one id is taken, then it is refused and none of them ever was', async () => {
      const bob = await crowd.enter({ user: 'bob' });
      const taken = await aMethod(bob, { name: 'Taken' });
      const free = randomUUID();
      const inputs = [
        { id: free, name: 'A', applicationRate: 1 },
        { id: taken, name: 'B', applicationRate: 1 },
      ];
      expect(await refused(bob, 'createMethods', { inputs })).toMatchObject({ code: 'ALREADY_EXISTS', process: { state: 'COMPENSATED' } });
      expect(await namesIn(bob)).toEqual(['Taken']);
      expect(await read(bob, free)).toBeNull();
      await applied(bob, 'createMethod', { input: { id: free, name: 'Free again', applicationRate: 1 } });
    });
  });
});
