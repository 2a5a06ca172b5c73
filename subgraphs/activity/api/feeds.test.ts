import { applied, bob, command, experimentStream, LAB, processEvent, processStream, refused, uuid } from '../testing/sample-messages';
import { identityOf, startSystem, type Subscribed, type System } from '../testing/system';

const AUDIT = `query ($first: Int, $after: Cursor, $filter: AuditFilter) {
  auditTrail(first: $first, after: $after, filter: $filter) {
    edges { cursor } totalCount position pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    nodes {
      id cursor at kind type subjectId actor { name } command { id status } process { id }
      subject { __typename ... on Experiment { id } ... on Method { id } }
      change { version type commandId fields { field before after } } refusal { code details }
    }
  }
}`;
const NOTIFICATIONS = `query ($first: Int, $after: Cursor, $unreadOnly: Boolean) {
  notifications(first: $first, after: $after, unreadOnly: $unreadOnly) {
    nodes { kind severity message read cursor command { id } subject { ... on Experiment { id } } } totalCount position pageInfo { hasNextPage hasPreviousPage }
  }
  me { unreadNotifications }
}`;
const EXPERIMENT_CHANGED = `subscription ($id: ID, $after: Cursor) {
  experimentChanged(id: $id, after: $after) { cursor experimentId experiment { id } change { version type actor { name } } }
}`;
const ACTIVITY_RECORDED = 'subscription ($filter: AuditFilter, $after: Cursor) { activityRecorded(filter: $filter, after: $after) { cursor type kind } }';

interface Page {
  nodes: { cursor: string; kind: string; type: string; message: string; read: boolean }[];
  totalCount: number;
  position: string;
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null };
}

const NOW = new Date('2026-03-01T09:00:00.000Z');
const DAY_MS = 24 * 3_600_000;

let system: System;
let now = NOW;
beforeEach(async () => {
  now = NOW;
  system = await startSystem({}, () => now);
});
afterEach(() => system.worker.stop());

const auditTrail = async (variables = {}, identity = identityOf('alice')) => (await system.run(AUDIT, variables, identity)).data?.auditTrail as Page;
const notifications = async (variables = {}, identity = identityOf('alice')) => (await system.run(NOTIFICATIONS, variables, identity)).data as unknown as { notifications: Page; me: { unreadNotifications: number } };
const feedPosition = async (identity = identityOf('alice')) => (await system.run('{ feedPosition }', {}, identity)).data?.feedPosition as string;
const nextOf = async (subscribed: Subscribed, field: string) => (await subscribed.next()).value?.data?.[field] as Record<string, unknown>;

/** Sends a command and applies it. */
const doCommand = async (message = command('Soil 3'), type = 'ExperimentCreated', overrides = {}) => {
  await system.send(message);
  await system.settle();
  await system.publish(applied(message, type, overrides));
  await system.settle();
};

const createNumbered = async (count: number) => {
  for (let number = 1; number <= count; number += 1) await doCommand(command(`Soil ${number}`));
};

describe('who asks', () => {
  test('is who the token says', async () => {
    expect((await system.run('{ me { user { userId name } lab scopes unreadNotifications } }')).data).toEqual({
      me: { user: { userId: 'alice', name: 'alice' }, lab: LAB, scopes: ['experiments:read', 'methods:read'], unreadNotifications: 0 },
    });
  });

  test('has to be vouched for', async () => {
    const context = await system.api.contextOf({});
    expect(() => context.identity).toThrow(expect.objectContaining({ extensions: { code: 'UNAUTHENTICATED' } }));
  });
});

describe('the audit trail', () => {
  test('shows commands, changes and refusals, newest first', async () => {
    await doCommand();
    await system.publish(refused(command('again', { stream: experimentStream('Soil 3') }), 'ALREADY_EXISTS'));
    await system.settle();
    const { nodes, totalCount } = await auditTrail();
    expect(totalCount).toBe(4);
    const subject = { __typename: 'Experiment', id: uuid('Soil 3') };
    expect(nodes).toMatchObject([
      { kind: 'COMMAND_REFUSED', subject, change: null, refusal: { code: 'ALREADY_EXISTS', details: { why: 'test' } }, command: { status: 'REFUSED' } },
      { kind: 'COMMAND_ACCEPTED', type: 'CreateExperiment', command: { status: 'REFUSED' } },
      { kind: 'EVENT', type: 'ExperimentCreated', subject, change: { version: 1, type: 'ExperimentCreated', fields: [{ field: 'name', before: null, after: 'Soil 3' }] }, command: { status: 'APPLIED' } },
      { kind: 'COMMAND_ACCEPTED', type: 'CreateExperiment', actor: { name: 'Alice' }, subject, change: null, refusal: null },
    ]);
  });

  test('is read page by page, while more is recorded', async () => {
    await createNumbered(4);
    const whole = (await auditTrail()).nodes.map(({ cursor }) => cursor);
    expect(whole).toHaveLength(8);
    const first = await auditTrail({ first: 3 });
    expect(first.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false, startCursor: whole[0], endCursor: whole[2] });
    await doCommand(command('meanwhile'));
    const second = await auditTrail({ first: 5, after: first.pageInfo.endCursor });
    expect([...first.nodes, ...second.nodes].map(({ cursor }) => cursor)).toEqual(whole);
    expect(second.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
    expect((await auditTrail({ first: 0 })).pageInfo).toEqual({ hasNextPage: true, hasPreviousPage: false, startCursor: null, endCursor: null });
  });

  test('is filtered by any of a list and all of several', async () => {
    await createNumbered(2);
    await doCommand(command('Soil 9', { actor: bob, time: '2026-03-02T08:00:00.000Z' }));
    const typesFor = async (filter: object) => (await auditTrail({ filter })).nodes.map(({ type }) => type);
    expect(await typesFor({ kind: ['EVENT'] })).toHaveLength(3);
    expect(await typesFor({ type: ['CreateExperiment', 'ExperimentCreated'], subjectId: uuid('Soil 1').toUpperCase() })).toEqual(['ExperimentCreated', 'CreateExperiment']);
    expect(await typesFor({ actorId: 'bob' })).toHaveLength(2);
    expect(await typesFor({ commandId: command('Soil 2').id })).toHaveLength(2);
    expect(await typesFor({ from: '2026-03-02T09:00:00+01:00' })).toEqual(['CreateExperiment']);
    expect(await typesFor({ to: '2026-03-01T08:00:00Z' })).toEqual(['CreateExperiment', 'CreateExperiment']);
    expect(await typesFor({ kind: [] })).toEqual([]);
    expect(await typesFor({ kind: null })).toHaveLength(6);
  });

  test.each([
    [{ filter: { from: 'yesterday' } }, 'filter.from'],
    [{ filter: { from: '2026-03-02T00:00:00Z', to: '2026-03-01T00:00:00Z' } }, 'filter.to'],
    [{ first: 1_000 }, 'first'],
    [{ first: -1 }, 'first'],
  ])('refuses %j', async (variables, field) => {
    expect((await system.run(AUDIT, variables)).errors?.[0]?.extensions).toEqual({ code: 'BAD_USER_INPUT', field });
  });

  test('leaves out what the scopes don\'t cover, but shows processes to everybody', async () => {
    await doCommand();
    await doCommand(command('Tillage', { type: 'CreateMethod', stream: `${LAB}/method/${uuid('Tillage')}` }), 'MethodCreated');
    await system.publish(processEvent(command('adding', { stream: processStream('adding') }), 'StepsSent'));
    await system.settle();
    const typesFor = async (scopes: string[]) => {
      const { nodes, totalCount } = await auditTrail({}, identityOf('alice', { scopes }));
      expect(totalCount).toBe(nodes.length);
      return nodes.map(({ type }) => type);
    };
    expect(await typesFor(['experiments:read'])).toEqual(['StepsSent', 'ExperimentCreated', 'CreateExperiment']);
    expect(await typesFor(['methods:read'])).toEqual(['StepsSent', 'ExperimentCreated', 'CreateMethod']);
    expect(await typesFor([])).toEqual(['StepsSent']);
  });

  test('shows no subject that never was, or is still being created', async () => {
    await system.publish(refused(command('nowhere', { type: 'UpdateExperiment' }), 'EXPERIMENT_NOT_FOUND'));
    await system.send(command('creating', { type: 'CreateExperimentWithMethods', stream: processStream('creating'), data: { experimentId: uuid('Soil 3') } }));
    await system.settle();
    const { nodes } = await auditTrail();
    expect(nodes).toHaveLength(3);
    for (const node of nodes) expect(node).toMatchObject({ subject: null, process: null });
    await system.publish(processEvent(command('creating', { stream: processStream('creating') }), 'ProcessStarted'));
    await system.settle();
    expect((await auditTrail({ filter: { type: ['CreateExperimentWithMethods'] } })).nodes).toMatchObject([{ subject: null, process: { id: uuid('creating') } }]);
    expect((await notifications()).notifications.nodes).toMatchObject([{ subject: null }]);
  });

  test('is one per lab', async () => {
    await doCommand();
    expect(await auditTrail({}, identityOf('carol', { lab: 'beta' }))).toMatchObject({ nodes: [], totalCount: 0 });
  });
});

describe('notifications', () => {
  test('are of those whom they are for, until they are read', async () => {
    await createNumbered(3);
    const { notifications: { nodes, totalCount }, me } = await notifications();
    expect(nodes.map(({ message, read }) => [message, read])).toEqual(Array.from({ length: 3 }, () => ['Experiment "Soil 3" was created.', false]));
    expect([totalCount, me.unreadNotifications]).toEqual([3, 3]);
    expect(nodes[0]).toMatchObject({ kind: 'COMMAND_DECIDED', severity: 'SUCCESS', command: { id: command('Soil 3').id }, subject: { id: uuid('Soil 3') } });
    expect((await notifications({}, identityOf('bob'))).notifications.nodes).toEqual([]);

    const mark = (upTo: string | undefined) => system.run('mutation ($upTo: Cursor!) { markNotificationsRead(upTo: $upTo) { viewer { unreadNotifications } } }', { upTo });
    expect((await mark(nodes[1]?.cursor)).data).toEqual({ markNotificationsRead: { viewer: { unreadNotifications: 1 } } });
    expect((await notifications()).notifications.nodes.map(({ read }) => read)).toEqual([false, true, true]);
    const unread = (await notifications({ unreadOnly: true })).notifications;
    expect([unread.totalCount, unread.nodes.map(({ cursor }) => cursor)]).toEqual([1, [nodes[0]?.cursor]]);
    // A mark never goes back.
    expect((await mark(nodes[2]?.cursor)).data).toEqual({ markNotificationsRead: { viewer: { unreadNotifications: 1 } } });
    const foreign = await feedPosition();
    expect((await mark(foreign)).errors?.[0]?.extensions).toEqual({ code: 'CURSOR_INVALID' });
  });

  test('about what the scopes don\'t cover are left out, of the counts too', async () => {
    await doCommand();
    const { notifications: { nodes, totalCount }, me } = await notifications({}, identityOf('alice', { scopes: ['methods:read'] }));
    expect([nodes, totalCount, me.unreadNotifications]).toEqual([[], 0, 0]);
  });

  test('are received from where a page was read', async () => {
    await doCommand();
    const { position } = (await notifications()).notifications;
    await doCommand(command('other'));
    const received = await system.follow('subscription ($after: Cursor) { notificationReceived(after: $after) { message read command { id } } }', { after: position });
    expect(await nextOf(received, 'notificationReceived')).toMatchObject({ read: false, command: { id: command('other').id } });
    await received.end();
  });
});

describe('following changes', () => {
  test('begins where the subscription does, and goes on from a cursor without a gap', async () => {
    await doCommand(command('before'));
    const changes = await system.follow(EXPERIMENT_CHANGED);
    // What happens between the subscription and its first event is not lost.
    await createNumbered(3);
    const delivered = [await nextOf(changes, 'experimentChanged'), await nextOf(changes, 'experimentChanged')];
    expect(delivered.map(({ experimentId }) => experimentId)).toEqual([uuid('Soil 1'), uuid('Soil 2')]);
    expect(delivered[0]).toMatchObject({ experiment: { id: uuid('Soil 1') }, change: { version: 1, type: 'ExperimentCreated', actor: { name: 'Alice' } } });
    await changes.end();
    await doCommand(command('Soil 4'));
    const resumed = await system.follow(EXPERIMENT_CHANGED, { after: delivered[1]?.cursor });
    expect((await nextOf(resumed, 'experimentChanged')).experimentId).toBe(uuid('Soil 3'));
    expect((await nextOf(resumed, 'experimentChanged')).experimentId).toBe(uuid('Soil 4'));
    await resumed.end();
  });

  test('of one experiment delivers only its own; of an unknown one, or another lab\'s, nothing', async () => {
    const one = await system.follow(EXPERIMENT_CHANGED, { id: uuid('Soil 2').toUpperCase() });
    const foreign = await system.follow(EXPERIMENT_CHANGED, { id: uuid('Soil 2') }, identityOf('carol', { lab: 'beta' }));
    const nothing = foreign.next();
    await createNumbered(2);
    expect((await nextOf(one, 'experimentChanged')).experimentId).toBe(uuid('Soil 2'));
    await foreign.end();
    expect((await nothing).done).toBe(true);
    await one.end();
  });

  test('shows no experiment that is deleted', async () => {
    const position = await feedPosition();
    await doCommand();
    const change = { version: 2, type: 'ExperimentDeleted', reason: null, fields: [] };
    const subject = { name: 'Soil 3', creatorId: 'alice', deleted: true };
    await doCommand(command('deleting', { type: 'DeleteExperiment', stream: experimentStream('Soil 3') }), 'ExperimentDeleted', { change, subject, sequence: 2 });
    const changes = await system.follow(EXPERIMENT_CHANGED, { after: position });
    expect(await nextOf(changes, 'experimentChanged')).toMatchObject({ experiment: null, change: { type: 'ExperimentCreated' } });
    expect(await nextOf(changes, 'experimentChanged')).toMatchObject({ experiment: null, change: { type: 'ExperimentDeleted' } });
    await changes.end();
  });

  test('of processes and of methods delivers theirs', async () => {
    const processes = await system.follow('subscription ($id: ID) { processChanged(id: $id) { processId process { id } } }', { id: uuid('adding') });
    const methods = await system.follow('subscription { methodChanged { methodId method { id } change { type } } }');
    for (const name of ['other', 'adding']) await system.publish(processEvent(command(name, { stream: processStream(name) }), 'StepsSent'));
    await doCommand(command('Tillage', { type: 'CreateMethod', stream: `${LAB}/method/${uuid('Tillage')}` }), 'MethodCreated');
    expect(await nextOf(processes, 'processChanged')).toEqual({ processId: uuid('adding'), process: { id: uuid('adding') } });
    expect(await nextOf(methods, 'methodChanged')).toMatchObject({ methodId: uuid('Tillage'), method: { id: uuid('Tillage') } });
    await Promise.all([processes.end(), methods.end()]);
  });

  test('of all activity is filtered, and covers what the scopes do', async () => {
    const refusals = await system.follow(ACTIVITY_RECORDED, { filter: { kind: ['COMMAND_REFUSED'] } });
    const ofMethods = await system.follow(ACTIVITY_RECORDED, {}, identityOf('alice', { scopes: ['methods:read'] }));
    await doCommand();
    await system.publish(refused(command('Tillage', { type: 'CreateMethod', stream: `${LAB}/method/${uuid('Tillage')}` }), 'ALREADY_EXISTS'));
    expect(await nextOf(refusals, 'activityRecorded')).toMatchObject({ kind: 'COMMAND_REFUSED', type: 'CreateMethod' });
    expect(await nextOf(ofMethods, 'activityRecorded')).toMatchObject({ kind: 'COMMAND_ACCEPTED', type: 'CreateMethod' });
    await Promise.all([refusals.end(), ofMethods.end()]);
  });

  test('fails with a masked error when the store does', async () => {
    const changes = await system.follow(EXPERIMENT_CHANGED);
    const next = changes.next();
    await new Promise(setImmediate);
    jest.spyOn(system.feeds, 'read').mockRejectedValueOnce(new Error('a secret path'));
    await system.send(command('Soil 3'));
    await expect(next).rejects.toMatchObject({ message: 'Internal server error', extensions: { code: 'INTERNAL_SERVER_ERROR' } });
  });
});

describe('a cursor', () => {
  const resume = (after: unknown, identity = identityOf('alice')) => system.follow(EXPERIMENT_CHANGED, { after }, identity);
  const invalid = { extensions: { code: 'CURSOR_INVALID' } };

  test.each(['', 'nonsense', 7, 'AAAA'.repeat(20)])('that nobody gave out is invalid: %j', async (cursor) => {
    await expect(resume(cursor)).rejects.toMatchObject(invalid);
    expect((await system.run(AUDIT, { after: cursor })).errors?.[0]).toMatchObject(invalid);
  });

  test('is invalid when it was tampered with', async () => {
    const cursor = await feedPosition();
    await expect(resume(`${cursor.slice(0, -1)}${cursor.endsWith('A') ? 'B' : 'A'}`)).rejects.toMatchObject(invalid);
  });

  test('of another lab or another feed is invalid', async () => {
    await expect(resume(await feedPosition(identityOf('carol', { lab: 'beta' })))).rejects.toMatchObject(invalid);
    await expect(resume((await notifications()).notifications.position)).rejects.toMatchObject(invalid);
    const bobs = (await notifications({}, identityOf('bob'))).notifications.position;
    expect((await system.run(NOTIFICATIONS, { after: bobs })).errors?.[0]).toMatchObject(invalid);
  });

  test('ahead of the feed, or of numbers that no longer count, is invalid', async () => {
    await doCommand();
    const cursor = await feedPosition();
    const head = jest.spyOn(system.feeds, 'read').mockResolvedValue({ entries: [], head: 1 });
    await expect(resume(cursor)).rejects.toMatchObject(invalid);
    expect((await system.run(AUDIT, { after: cursor })).errors?.[0]).toMatchObject(invalid);
    head.mockRestore();
    jest.spyOn(system.feeds, 'epoch').mockResolvedValue('after a backup was restored');
    await expect(resume(cursor)).rejects.toMatchObject(invalid);
    // The same number, given out since: it counts.
    await (await resume(await feedPosition())).end();
  });

  test('expires when what comes behind it is too old, and never when nothing does', async () => {
    await doCommand();
    const { nodes, position } = await auditTrail();
    now = new Date(NOW.getTime() + 30 * DAY_MS);
    await expect(resume(nodes.at(-1)?.cursor)).rejects.toMatchObject({ extensions: { code: 'CURSOR_EXPIRED' } });
    await (await resume(position)).end();
    // Paging through what is kept for ever is no matter of age.
    expect((await auditTrail({ after: nodes[0]?.cursor })).nodes).toHaveLength(1);
  });
});
