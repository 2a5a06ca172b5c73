import { randomUUID } from 'node:crypto';
import { failure, type Json, type LabClient } from '../system/client';
import { newLab, startWithCrowd, type Crowd } from '../system/crowd';
import { anExperiment, aMethod, applied, mutation, mutationNames, type MutationName } from './steps/commands';
import { activity, experimentChanges, feedPosition, methodChanges, nextEvent, notificationsReceived } from './steps/feeds';

describe("A token's scopes", () => {
  let crowd: Crowd;
  let alice: LabClient;
  let experimentId: string;
  let methodId: string;
  const clients: Record<string, LabClient> = {};
  beforeAll(async () => {
    const lab = newLab();
    crowd = await startWithCrowd();
    alice = await crowd.enter({ lab });
    [experimentId, methodId] = [await anExperiment(alice, { name: 'Linked' }), await aMethod(alice, { name: 'Linked too' })];
    await applied(alice, 'addMethodsToExperiment', { experimentId, methodIds: [methodId] });
    for (const scopes of [
      'experiments:read',
      'experiments:write',
      'methods:read',
      'methods:write',
      'experiments:read methods:read',
      'experiments:write methods:write',
      'operations',
    ]) {
      clients[scopes] = await crowd.enter({ lab, scopes });
    }
  });
  afterAll(() => crowd.leave());

  const codes = ({ errors }: Json): string[] => (errors ?? []).map(({ extensions }: Json) => extensions.code);
  const having = (scopes: string): LabClient => {
    const client = clients[scopes];
    if (!client) throw new Error(`Nobody has ${scopes}`);
    return client;
  };

  const anyInput = (name: MutationName): object => {
    const [id, method] = [randomUUID(), { name: 'M', applicationRate: 1 }];
    return (
      {
        createExperiment: { input: { name: 'E' } },
        updateExperiment: { id, input: { name: 'E' } },
        deleteExperiment: { id },
        createExperimentWithMethods: { experiment: { name: 'E' }, methods: [method] },
        addMethodsToExperiment: { experimentId: id, methodIds: [id] },
        removeMethodsFromExperiment: { experimentId: id, methodIds: [id] },
        createMethod: { input: method },
        updateMethod: { id, input: { name: 'M' } },
        createMethods: { inputs: [method] },
        deleteMethods: { ids: [id] },
      } satisfies Record<MutationName, object>
    )[name];
  };

  it.each(mutationNames)('%s needs what it writes', async (name) => {
    const needs =
      name === 'createExperimentWithMethods'
        ? 'experiments:write methods:write'
        : name.includes('Experiment')
          ? 'experiments:write'
          : 'methods:write';
    const document = mutation(name, 'id');
    const lacking = [
      'experiments:read methods:read',
      'operations',
      ...(needs === 'methods:write' ? ['experiments:write'] : ['methods:write']),
      ...(needs.includes(' ') ? ['experiments:write'] : []),
    ];
    for (const scopes of lacking)
      expect([scopes, codes(await having(scopes).request(document, anyInput(name)))]).toEqual([scopes, ['FORBIDDEN']]);
    expect(codes(await having(needs).request(document, anyInput(name)))).toEqual([]);
  });

  it('a request with one forbidden mutation does none of it', async () => {
    const answer = await having('methods:write').request(
      'mutation { a: createMethod(input: { name: "Half", applicationRate: 1 }) { id } b: createExperiment(input: { name: "Half" }) { id } }',
    );
    expect(codes(answer)).toEqual(['FORBIDDEN']);
    expect(
      await alice.data('{ methods(filter: { search: "Half" }) { totalCount } experiments(filter: { search: "Half" }) { totalCount } }'),
    ).toEqual({ methods: { totalCount: 0 }, experiments: { totalCount: 0 } });
  });

  it('reading an experiment or a method takes its read scope, whichever way it is reached', async () => {
    const both =
      'query($e: ID!, $m: ID!) { experiment(id: $e) { name methodCount methods { totalCount nodes { name } edges { linkedAt node { name } } } } method(id: $m) { name } }';
    const ids = { e: experimentId, m: methodId };
    const reader = await having('experiments:read').request<Json>(both, ids);
    expect(reader.data).toMatchObject({
      experiment: {
        name: 'Linked',
        methodCount: 1,
        methods: { totalCount: 1, nodes: [null], edges: [{ linkedAt: expect.any(String), node: null }] },
      },
      method: null,
    });
    expect(new Set(codes(reader))).toEqual(new Set(['FORBIDDEN']));
    const other = await having('methods:read').request<Json>(
      'query($m: ID!) { method(id: $m) { name experiments { totalCount edges { node { name } } } } }',
      ids,
    );
    expect(other.data).toMatchObject({ method: { name: 'Linked too', experiments: { totalCount: 1, edges: [{ node: null }] } } });
    expect(codes(await having('methods:read').request('{ experiments { totalCount } }'))).toContain('FORBIDDEN');
    expect(JSON.stringify([reader, other])).not.toMatch(/"name":"Linked too".*"name":"Linked too"/);
  });

  it('subscribing to changes takes the read scope', async () => {
    expect((await failure(having('methods:read').subscribe(experimentChanges)))[0]?.extensions?.code).toBe('FORBIDDEN');
    expect((await failure(having('experiments:read').subscribe(methodChanges)))[0]?.extensions?.code).toBe('FORBIDDEN');
  });

  it('the audit trail, its feed and outcomes leave out what the scopes do not cover', async () => {
    const reader = having('methods:read');
    const after = await feedPosition(reader);
    const hidden = await anExperiment(alice, { name: 'Hidden' });
    const shown = await aMethod(alice, { name: 'Shown' });
    // What the others here sent without waiting for it may come before.
    const events = reader.subscribe(activity, { filter: { kind: ['EVENT'] }, after });
    const delivered: string[] = [];
    while (delivered.at(-1) !== shown) delivered.push((await nextEvent(events)).subjectId);
    expect(delivered).not.toContain(hidden);
    const { auditTrail } = await reader.data(
      '{ auditTrail(first: 100, filter: { kind: [EVENT, COMMAND_ACCEPTED] }) { totalCount nodes { subjectId type } } }',
    );
    expect(auditTrail.totalCount).toBe(auditTrail.nodes.length);
    expect(auditTrail.nodes.map(({ subjectId }: Json) => subjectId)).not.toContain(hidden);
    expect(auditTrail.nodes.map(({ subjectId }: Json) => subjectId)).toContain(shown);
    const writer = having('experiments:write');
    const { command } = await writer.data(
      mutation('createExperiment', 'subjectId outcome(waitMs: 10000) { ... on CommandApplied { version subject { __typename } } }'),
      { input: { name: 'Unread' } },
    );
    expect(command.outcome).toEqual({ version: 1, subject: null });
  });

  it('notifications leave out what the scopes do not cover, and are counted and marked without it', async () => {
    const lab = newLab();
    const [author, reader] = [await crowd.enter({ lab }), await crowd.enter({ lab, scopes: 'methods:read' })];
    const {
      notifications: { position },
    } = await reader.data('{ notifications { position } }');
    await anExperiment(author, { name: 'Hidden' });
    await aMethod(author, { name: 'Shown' });
    await anExperiment(author, { name: 'Hidden too' });
    const { notifications, me } = await reader.data('{ notifications { totalCount nodes { message cursor } } me { unreadNotifications } }');
    expect([notifications.totalCount, notifications.nodes.map(({ message }: Json) => message), me.unreadNotifications]).toEqual([
      1,
      [expect.stringContaining('Shown')],
      1,
    ]);
    expect((await nextEvent(reader.subscribe(notificationsReceived, { after: position }))).message).toContain('Shown');
    const mark = 'mutation($upTo: Cursor!) { markNotificationsRead(upTo: $upTo) { viewer { unreadNotifications } notifications { message } } }';
    expect((await reader.data(mark, { upTo: notifications.nodes[0].cursor })).markNotificationsRead).toEqual({
      viewer: { unreadNotifications: 0 }, notifications: [{ message: expect.stringContaining('Shown') }],
    });
    expect((await author.data('{ me { unreadNotifications } }')).me.unreadNotifications).toBe(1);
  });
});
