import { randomUUID } from 'node:crypto';
import type { Json, LabClient } from '../system/client';
import { newLab, startWithCrowd, type Crowd } from '../system/crowd';
import { aMethod, anExperiment, applied, decided } from './steps/commands';

const node = `query($id: ID!) { node(id: $id) {
  __typename id ... on Experiment { name stage: status } ... on Method { name applicationRate } ... on Process { type state }
  ... on Command { type status outcome { __typename } } ... on Viewer { lab user { userId } unreadNotifications } } }`;

describe('A thing found by its id alone', () => {
  let crowd: Crowd;
  let alice: LabClient;
  const lab = newLab();
  let [experimentId, methodId, processId, commandId] = ['', '', '', ''];
  beforeAll(async () => {
    crowd = await startWithCrowd();
    alice = await crowd.enter({ lab });
    [experimentId, methodId] = [await anExperiment(alice, { name: 'Soil' }), await aMethod(alice, { name: 'Drip' })];
    const { id, outcome } = await decided(alice, 'addMethodsToExperiment', { experimentId, methodIds: [methodId] });
    [processId, commandId] = [outcome?.process?.id ?? '', id];
  });
  afterAll(() => crowd.leave());

  const nodeOf = async (client: LabClient, id: string): Promise<Json> => (await client.data(node, { id })).node;

  it('is an experiment, a method, a process, a command or the viewer, with the fields of its type', async () => {
    expect(await nodeOf(alice, experimentId)).toEqual({ __typename: 'Experiment', id: experimentId, name: 'Soil', stage: 'DRAFT' });
    expect(await nodeOf(alice, methodId)).toEqual({ __typename: 'Method', id: methodId, name: 'Drip', applicationRate: 2.5 });
    expect(await nodeOf(alice, processId)).toMatchObject({ __typename: 'Process', id: processId, type: 'AddMethodsToExperiment', state: 'COMPLETED' });
    expect(await nodeOf(alice, commandId)).toEqual({ __typename: 'Command', id: commandId, type: 'AddMethodsToExperiment', status: 'APPLIED', outcome: { __typename: 'CommandApplied' } });
    const { me } = await alice.data('{ me { id } }');
    expect(me.id).toBe('alice');
    expect(await nodeOf(alice, me.id)).toMatchObject({ __typename: 'Viewer', id: me.id, lab, user: { userId: 'alice' } });
  });

  it('is found whatever is selected of it: its type only, its id only, or fields of another type', async () => {
    for (const [id, type] of [[experimentId, 'Experiment'], [methodId, 'Method'], [processId, 'Process'], [commandId, 'Command'], ['alice', 'Viewer']] as const) {
      expect(await alice.data(`{ node(id: "${id}") { __typename } }`)).toEqual({ node: { __typename: type } });
      expect(await alice.data(`{ node(id: "${id}") { id } }`)).toEqual({ node: { id } });
    }
    expect(await alice.data(`{ node(id: "${experimentId}") { ... on Method { name } } }`)).toEqual({ node: {} });
    expect(await alice.data(`{ node(id: "${experimentId.toUpperCase()}") { ... on Node { id } } }`)).toEqual({ node: { id: experimentId } });
  });

  it('comes in the order of the ids, with null where there is nothing', async () => {
    const ids = [methodId, randomUUID(), experimentId, 'nonsense', experimentId, processId];
    const { nodes } = await alice.data('query($ids: [ID!]!) { nodes(ids: $ids) { id __typename ... on Experiment { name } } }', { ids });
    expect(nodes.map((each: Json) => each?.id ?? null)).toEqual([methodId, null, experimentId, null, experimentId, processId]);
    expect(nodes[2]).toEqual({ id: experimentId, __typename: 'Experiment', name: 'Soil' });
  });

  it('is asked for with at most 100 ids', async () => {
    const ask = (count: number): Promise<Json> => alice.request('query($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids: Array.from({ length: count }, () => randomUUID()) });
    expect((await ask(100)).data.nodes).toHaveLength(100);
    expect((await ask(101)).errors[0].extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'ids' });
  });

  it('is the experiment where one id was given to an experiment and a method', async () => {
    const id = randomUUID();
    await aMethod(alice, { id, name: 'Twin' });
    expect((await nodeOf(alice, id)).__typename).toBe('Method');
    await anExperiment(alice, { id, name: 'Twin' });
    expect((await nodeOf(alice, id)).__typename).toBe('Experiment');
    expect((await nodeOf(await crowd.enter({ lab, scopes: 'methods:read' }), id)).__typename).toBe('Method');
  });

  it('is not there for another lab, before it is created, and once it is deleted', async () => {
    const other = await crowd.enter();
    for (const id of [experimentId, methodId, processId, commandId]) expect(await nodeOf(other, id)).toBeNull();
    const id = randomUUID();
    expect(await nodeOf(alice, id)).toBeNull();
    await anExperiment(alice, { id });
    expect((await nodeOf(alice, id)).__typename).toBe('Experiment');
    await applied(alice, 'deleteExperiment', { id });
    expect(await nodeOf(alice, id)).toBeNull();
  });

  it('is not there for scopes that do not cover it, and is there for one scope that does', async () => {
    const [experiments, methods, neither] = await Promise.all(
      ['experiments:read', 'methods:read', 'operations'].map((scopes) => crowd.enter({ lab, scopes })),
    ) as [LabClient, LabClient, LabClient];
    const plain = (id: string): string => `{ node(id: "${id}") { __typename id } nodes(ids: ["${id}"]) { __typename id } }`;
    const nothing = { node: null, nodes: [null] };
    for (const [client, own, hidden, type] of [[experiments, experimentId, methodId, 'Experiment'], [methods, methodId, experimentId, 'Method']] as const) {
      const found = { __typename: type, id: own };
      expect(await client.request(plain(own))).toEqual({ data: { node: found, nodes: [found] } });
      // Word for word what an id gives that nothing has.
      expect([await client.request(plain(hidden)), await client.request(plain(randomUUID()))]).toEqual([{ data: nothing }, { data: nothing }]);
      expect(JSON.stringify(await client.request(node, { id: hidden }))).toBe(JSON.stringify(await client.request(node, { id: randomUUID() })));
      expect((await client.request(`{ node(id: "${own}") { id ... on ${type} { name } } }`)).data.node.name).toEqual(expect.any(String));
    }
    for (const id of [experimentId, methodId]) expect(await neither.request(plain(id))).toEqual({ data: nothing });
    expect((await neither.data(plain(processId))).node).toEqual({ __typename: 'Process', id: processId });
  });

  it('needs a token', async () => {
    const answer = await fetch(crowd.system.url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query: `{ node(id: "${experimentId}") { id } }` }) });
    expect(JSON.stringify(await answer.json())).toContain('UNAUTHENTICATED');
  });
});

describe('Lists of chosen things', () => {
  let crowd: Crowd;
  let alice: LabClient;
  beforeAll(async () => {
    crowd = await startWithCrowd();
    alice = await crowd.enter();
  });
  afterAll(() => crowd.leave());

  it.each([['experiments', anExperiment], ['methods', aMethod]] as const)('%s are filtered by ids, together with other filters', async (list, make) => {
    const [first, second] = [await make(alice, { name: `First of ${list}`, tags: ['x'] }), await make(alice, { name: `Second of ${list}` })];
    await make(alice, { name: `Third of ${list}` });
    const idsOf = async (filter: object): Promise<string[]> => {
      const type = list === 'experiments' ? 'ExperimentFilter' : 'MethodFilter';
      const found = await alice.data(`query($filter: ${type}) { list: ${list}(filter: $filter) { totalCount nodes { id } } }`, { filter });
      expect(found.list.totalCount).toBe(found.list.nodes.length);
      return found.list.nodes.map(({ id }: Json) => id).sort();
    };
    expect(await idsOf({ ids: [first.toUpperCase(), second, second, randomUUID(), 'nonsense'] })).toEqual([first, second].sort());
    expect(await idsOf({ ids: [first, second], tags: ['x'] })).toEqual([first]);
    expect(await idsOf({ ids: [] })).toEqual([]);
    const tooMany = { filter: { ids: Array.from({ length: 101 }, () => randomUUID()) } };
    const type = list === 'experiments' ? 'ExperimentFilter' : 'MethodFilter';
    const { errors } = await alice.request(`query($filter: ${type}) { ${list}(filter: $filter) { totalCount } }`, tooMany);
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'filter.ids' });
  });
});
