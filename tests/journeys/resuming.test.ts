import { failure, type Json, type LabClient } from '../system/client';
import { newLab, startWithCrowd, type Crowd } from '../system/crowd';
import { meanwhile } from '../system/meanwhile';
import { aMethod, anExperiment, applied, methods } from './steps/commands';
import {
  activity,
  experimentChanges,
  feedPosition,
  methodChanges,
  nextEvent,
  nextEvents,
  notificationsReceived,
  processChanges,
} from './steps/feeds';

describe('Coming back with a cursor', () => {
  let crowd: Crowd;
  let lab: string;
  let alice: LabClient;
  beforeAll(async () => {
    crowd = await startWithCrowd();
  });
  beforeEach(async () => {
    lab = newLab();
    alice = await crowd.enter({ lab });
  });
  afterAll(() => crowd.leave());

  it('given any place where one left off, then exactly what came behind it is delivered, then what is new', async () => {
    const start = await feedPosition(alice);
    const id = await anExperiment(alice, { name: 'Name 1' });
    for (let version = 2; version <= 12; version += 1) await applied(alice, 'updateExperiment', { id, input: { name: `Name ${version}` } });
    const all = await nextEvents(alice.subscribe(experimentChanges, { after: start }), 12);
    expect(all.map(({ change }) => change.version)).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
    const resumed = all.map(({ cursor }) => alice.subscribe(experimentChanges, { after: cursor }));
    await applied(alice, 'updateExperiment', { id, input: { name: 'Name 13' } });
    for (const [index, events] of resumed.entries()) {
      const behind = await nextEvents(events, 12 - index);
      expect(behind.map(({ change }) => change.version)).toEqual(Array.from({ length: 12 - index }, (_, at) => index + at + 2));
    }
  });

  it('given that one drops off and returns again and again while others write, then nothing is lost and nothing comes twice', async () => {
    const bob = await crowd.enter({ lab, user: 'bob' });
    let after = await feedPosition(alice);
    const writing = meanwhile(Promise.all(Array.from({ length: 60 }, (_, index) => anExperiment(bob, { name: `Number ${index}` }))));
    const seen: string[] = [];
    for (let visit = 0; seen.length < 60; visit += 1) {
      const events = alice.subscribe(experimentChanges, { after });
      for (const event of await nextEvents(events, Math.min(60 - seen.length, 1 + (visit % 7)))) {
        seen.push(event.experimentId);
        after = event.cursor;
      }
      await events.return?.();
    }
    expect(new Set(seen)).toEqual(new Set(await writing));
    expect(seen).toHaveLength(60);
  });

  it('given feedPosition and a list read in one operation while others write, then the list and the events behind that place are everything', async () => {
    const bob = await crowd.enter({ lab, user: 'bob' });
    for (const round of 'abcdefgh') {
      const writing = meanwhile(
        Promise.all(Array.from({ length: 8 }, (_, index) => anExperiment(bob, { name: `Round ${round}, number ${index}` }))),
      );
      const { experiments, feedPosition: after } = await alice.data(
        `{ experiments(first: 100, filter: { search: "round ${round}" }) { nodes { id } } feedPosition }`,
      );
      const known = new Set<string>(experiments.nodes.map((node: Json) => node.id));
      const created = await writing;
      const last = await anExperiment(bob, { name: 'Last of the round' });
      const events = alice.subscribe(experimentChanges, { after });
      for (let id = ''; id !== last;) {
        ({ experimentId: id } = await nextEvent(events));
        if (id !== last) known.add(id);
      }
      await events.return?.();
      expect([...known].sort()).toEqual(created.toSorted());
    }
  });

  it("given the cursor of one kind of subscription, then the others on the lab's feed go on from the same place", async () => {
    const after = await feedPosition(alice);
    const experimentId = await anExperiment(alice);
    const [first] = await nextEvents(alice.subscribe(experimentChanges, { after }), 1);
    const methodIds = await methods(alice, 2);
    await applied(alice, 'addMethodsToExperiment', { experimentId, methodIds });
    expect((await nextEvents(alice.subscribe(methodChanges, { after: first.cursor }), 2)).map(({ methodId }) => methodId).sort()).toEqual(
      methodIds.toSorted(),
    );
    expect((await nextEvent(alice.subscribe(processChanges, { after: first.cursor }))).process.id).toEqual(expect.any(String));
    const { auditTrail } = await alice.data('{ auditTrail(first: 1) { position nodes { cursor } } }');
    await aMethod(alice, { name: 'Behind' });
    expect(await nextEvent(alice.subscribe(activity, { filter: { kind: ['EVENT'] }, after: auditTrail.position }))).toMatchObject({
      type: 'MethodCreated',
    });
    expect(await nextEvent(alice.subscribe(methodChanges, { after: auditTrail.nodes[0].cursor }))).toMatchObject({
      method: { name: 'Behind' },
    });
  });

  it("given the position beside one's notifications, then the next ones are delivered from there", async () => {
    await anExperiment(alice, { name: 'Read' });
    const { notifications } = await alice.data('{ notifications { position nodes { message cursor } } }');
    await anExperiment(alice, { name: 'Missed' });
    const [missed] = await nextEvents(alice.subscribe(notificationsReceived, { after: notifications.position }), 1);
    expect(missed.message).toContain('Missed');
    expect((await nextEvent(alice.subscribe(notificationsReceived, { after: notifications.nodes[0].cursor }))).id).toBe(missed.id);
  });

  describe('that can not be honoured is an error, never silence', () => {
    const subscriptions = { experimentChanges, methodChanges, processChanges, activity, notificationsReceived };
    const codeOf = async (client: LabClient, document: string, after: string): Promise<unknown> =>
      (await failure(client.subscribe(document, { after })))[0]?.extensions?.code;

    it.each(Object.entries(subscriptions))('%s: forged, of another lab, or of another feed', async (name, document) => {
      const bob = await crowd.enter({ lab, user: 'bob' });
      const stranger = await crowd.enter();
      await anExperiment(alice);
      const both = '{ feedPosition notifications { position } experiments(first: 1) { pageInfo { endCursor } } }';
      const {
        feedPosition: lab1,
        notifications: { position: mine },
        experiments,
      } = await alice.data(both);
      const {
        feedPosition: lab2,
        notifications: { position: theirs },
      } = await stranger.data(both);
      const {
        notifications: { position: bobs },
      } = await bob.data(both);
      const own = name === 'notificationsReceived' ? mine : lab1;
      const flipped = `${own.slice(0, -3)}${own.at(-3) === 'A' ? 'B' : 'A'}${own.slice(-2)}`;
      const foreign = name === 'notificationsReceived' ? [lab1, lab2, theirs, bobs] : [lab2, mine, theirs];
      for (const cursor of [
        '',
        'nonsense',
        '💥',
        `${own}A`,
        ` ${own}`,
        flipped,
        own.slice(4),
        experiments.pageInfo.endCursor,
        ...foreign,
      ]) {
        expect([cursor, await codeOf(alice, document, cursor)]).toEqual([cursor, 'CURSOR_INVALID']);
      }
    });
  });
});
