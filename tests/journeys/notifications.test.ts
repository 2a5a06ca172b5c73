import type { Json, LabClient } from '../system/client';
import { newLab, startWithCrowd, type Crowd } from '../system/crowd';
import { aMethod, anExperiment, applied, decided, refused } from './steps/commands';

const list = `query($first: Int, $after: Cursor, $unreadOnly: Boolean) { notifications(first: $first, after: $after, unreadOnly: $unreadOnly) {
  totalCount position pageInfo { hasNextPage endCursor } nodes {
    id cursor at kind severity message read command { id type status } subject { __typename ... on Experiment { id name } ... on Method { id name } } } } me { unreadNotifications } }`;

describe('Notifications', () => {
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

  const of = async (client: LabClient, variables: object = {}): Promise<Json[]> => (await client.data(list, variables)).notifications.nodes;
  const unread = async (client: LabClient): Promise<number> => (await client.data('{ me { unreadNotifications } }')).me.unreadNotifications;

  it('tell whoever sent a command what became of it, newest first', async () => {
    const command = await decided(alice, 'createExperiment', { input: { name: 'Soil 3' } });
    await refused(alice, 'updateExperiment', { id: command.subjectId, input: { name: 'No' }, expectedVersion: 9 });
    const [refusal, creation, ...others] = await of(alice);
    expect(others).toEqual([]);
    expect(creation).toMatchObject({
      kind: 'COMMAND_DECIDED',
      severity: 'SUCCESS',
      read: false,
      message: expect.stringContaining('Soil 3'),
      command: { id: command.id, type: 'CreateExperiment', status: 'APPLIED' },
      subject: { __typename: 'Experiment', id: command.subjectId, name: 'Soil 3' },
    });
    expect(refusal).toMatchObject({ kind: 'COMMAND_DECIDED', command: { type: 'UpdateExperiment', status: 'REFUSED' } });
    expect(['WARNING', 'ERROR']).toContain(refusal.severity);
    expect(await of(bob)).toEqual([]);
  });

  it('tell a creator what others changed, also by a process, and not what they changed themselves', async () => {
    const [experimentId, methodId] = [await anExperiment(alice, { name: 'Of alice' }), await aMethod(bob)];
    const before = (await of(alice)).length;
    await applied(bob, 'updateExperiment', { id: experimentId, input: { name: 'Changed' } });
    await applied(bob, 'addMethodsToExperiment', { experimentId, methodIds: [methodId] });
    await applied(bob, 'deleteExperiment', { id: experimentId });
    const told = (await of(alice)).slice(0, -before);
    expect(told.map(({ kind }) => kind)).toEqual(['CHANGED_BY_OTHERS', 'CHANGED_BY_OTHERS', 'CHANGED_BY_OTHERS']);
    for (const { message, subject } of told) {
      expect(message).toMatch(/Bob/);
      expect(subject).toEqual({ __typename: 'DeletedSubject' });
    }
    expect((await of(bob)).filter(({ kind }) => kind === 'CHANGED_BY_OTHERS')).toEqual([]);
  });

  it('given one process, then whoever sent it is told once', async () => {
    await applied(alice, 'createExperimentWithMethods', {
      experiment: { name: 'E' },
      methods: [
        { name: 'A', applicationRate: 1 },
        { name: 'B', applicationRate: 1 },
      ],
    });
    expect(await of(alice)).toHaveLength(1);
  });

  it('are counted and marked read up to a place, which never goes back', async () => {
    for (const name of ['1', '2', '3', '4']) await anExperiment(alice, { name });
    expect(await unread(alice)).toBe(4);
    const [fourth, third, second, first] = await of(alice);
    const mark = 'mutation($upTo: Cursor!) { markNotificationsRead(upTo: $upTo) { viewer { id unreadNotifications user { userId } lab } notifications { id read } } }';
    expect((await alice.data(mark, { upTo: third.cursor })).markNotificationsRead).toEqual({
      viewer: { id: 'alice', unreadNotifications: 1, user: { userId: 'alice' }, lab },
      notifications: [third, second, first].map(({ id }) => ({ id, read: true })),
    });
    expect((await of(alice)).map(({ read }) => read)).toEqual([false, true, true, true]);
    expect((await alice.data(mark, { upTo: second.cursor })).markNotificationsRead).toMatchObject({ viewer: { unreadNotifications: 1 }, notifications: [] });
    const { notifications } = await alice.data(list, { unreadOnly: true });
    expect([notifications.totalCount, notifications.nodes.map(({ id }: Json) => id)]).toEqual([1, [fourth.id]]);
    expect((await alice.data(mark, { upTo: notifications.position })).markNotificationsRead.viewer.unreadNotifications).toBe(0);
    await anExperiment(alice, { name: '5' });
    expect(await unread(alice)).toBe(1);
    expect(await unread(bob)).toBe(0);
    expect((await bob.request(mark, { upTo: fourth.cursor })).errors?.[0]?.extensions?.code).toBe('CURSOR_INVALID');
    expect((await alice.request(mark, { upTo: 'nonsense' })).errors?.[0]?.extensions?.code).toBe('CURSOR_INVALID');
    expect((await alice.request(mark, { upTo: (await alice.data('{ feedPosition }')).feedPosition })).errors?.[0]?.extensions?.code).toBe(
      'CURSOR_INVALID',
    );
  });

  it('are read page by page, each once', async () => {
    for (let at = 0; at < 9; at += 1) await aMethod(alice);
    const read: string[] = [];
    for (let after: string | null = null, more = true; more;) {
      const { notifications }: Json = await alice.data(list, { first: 4, after });
      expect(notifications.totalCount).toBe(9);
      read.push(...notifications.nodes.map(({ id }: Json) => id));
      [after, more] = [notifications.pageInfo.endCursor, notifications.pageInfo.hasNextPage];
    }
    expect(read).toEqual((await of(alice)).map(({ id }) => id));
    expect(new Set(read).size).toBe(9);
  });
});
