import { connect, next, type Answer, type Json, type LabClient } from '../../system/client';
import { newLab } from '../../system/crowd';
import { startDistributed, type DistributedSystem } from '../../system/distributed-processes';
import { eventually } from '../../system/eventually';
import { startProcess } from '../../system/one-process';
import { startOwnServers, withOwnServers, type OwnServer, type OwnServers } from '../../system/own-servers';
import { within } from '../../system/within';
import { allApplied, createExperiment, createExperiments, recordedOnce } from './commands';

const UNAVAILABLE_WITHIN_MS = 2_500;
const NOTICED_WITHIN_MS = 20_000;
const BACK_WITHIN_MS = 60_000;
const ENDS_WITHIN_MS = 10_000;

const workers = ['experiments-worker', 'methods-worker', 'saga-worker', 'activity-worker'];
const apis = ['experiments-api', 'methods-api', 'saga-api', 'activity-api'];
/** Those that a query needs; each is of another subgraph. */
const queries = '{ experiments { totalCount } methods { totalCount } processes { totalCount } feedPosition }';
/** Of what stands in the feed itself: what is read beside it can be unavailable for a moment. */
const recorded = 'subscription ($after: Cursor) { activityRecorded(filter: { kind: [EVENT] }, after: $after) { command { id } } }';

/** How a server can be gone. */
const troubles: [string, (server: OwnServer) => Promise<void>][] = [
  ['hangs', async (server) => server.suspend()],
  ['is killed', (server) => server.kill()],
];

withOwnServers(() => {
  let servers: OwnServers;
  let system: DistributedSystem;
  let client: LabClient;
  /** Every command that was sent in the lab. */
  const sent: string[] = [];

  beforeAll(async () => {
    servers = await startOwnServers();
    system = await startDistributed([], servers.environment);
    client = connect(system.url, await system.token({ user: 'alice', lab: newLab() }));
  }, 240_000);
  const recover = (): Promise<unknown> => Promise.all([servers.kafka.recover(), servers.mongodb.recover()]);
  // A test that fails in the middle leaves nothing to the next one.
  afterEach(recover, 60_000);
  afterAll(async () => {
    await client.close();
    await system.stop().finally(() => servers.stop());
  }, 60_000);

  const send = async (count: number): Promise<void> => {
    sent.push(...await createExperiments(client, count));
  };

  /** They are ready for queries without Kafka, and say by themselves when they are for commands. */
  const takeCommands = ['experiments-api', 'methods-api'];
  const allAreReady = (): Promise<unknown> => eventually(
    () => Promise.all(system.names.map(async (name) => ({ name, ready: await system.readiness(name) }))),
    (all) => expect(all).toEqual(system.names.map((name) => ({ name, ready: expect.objectContaining({ status: 200, ...(takeCommands.includes(name) && { body: expect.objectContaining({ commands: 'ready' }) }) }) }))),
    BACK_WITHIN_MS,
  );

  /** Follows what happens from now on. */
  const followed = async (): Promise<AsyncIterableIterator<Answer<Json>>> => {
    const { feedPosition: after } = await client.data('{ feedPosition }');
    return client.subscribe(recorded, { after });
  };

  const commandsOf = async (events: AsyncIterator<Answer<Json>>, count: number): Promise<string[]> => {
    const ids: string[] = [];
    while (ids.length < count) ids.push((await next(events)).activityRecorded.command.id);
    return ids.sort();
  };

  describe.each(troubles)('While Kafka %s', (_, leave) => {
    it('mutations are unavailable soon, all else goes on; afterwards everything is decided once, and nobody had to be restarted', async () => {
      const { pids } = system;
      const events = await followed();
      const before = sent.length;
      await send(40);
      await leave(servers.kafka);
      const refused = [await createExperiment(client), await createExperiment(client)];
      for (const { commandId, answer, tookMs } of refused) {
        expect(answer.errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE', commandId } }]);
        expect(tookMs).toBeLessThan(UNAVAILABLE_WITHIN_MS);
      }
      expect(await client.data(queries)).toMatchObject({ feedPosition: expect.any(String) });
      await eventually(
        () => system.readiness('experiments-api'),
        (readiness) => expect(readiness).toMatchObject({ status: 200, body: { MongoDB: 'fine', Kafka: expect.not.stringMatching(/^fine$/) } }),
        NOTICED_WITHIN_MS,
      );
      for (const name of workers) {
        await eventually(
          () => system.readiness(name),
          (readiness) => expect({ name, readiness }).toMatchObject({ name, readiness: { status: 503, body: { Kafka: expect.not.stringMatching(/^fine$/) } } }),
          NOTICED_WITHIN_MS,
        );
      }

      await servers.kafka.recover();
      await allAreReady();
      // It is not known whether those were accepted: sent again, they have one effect.
      for (const { commandId } of refused) {
        await eventually(() => createExperiment(client, commandId), ({ answer }) => expect(answer.errors).toBeUndefined(), BACK_WITHIN_MS);
        sent.push(commandId);
      }
      await allApplied(client, sent, BACK_WITHIN_MS);
      await recordedOnce(client, sent);
      expect(await commandsOf(events, sent.length - before)).toEqual(sent.slice(before).sort());
      expect(system.pids).toEqual(pids);
    }, 240_000);
  });

  describe.each(troubles)('While MongoDB %s', (_, leave) => {
    it('commands are accepted and workers say what is wrong; afterwards everything is decided once, and nobody had to be restarted', async () => {
      const { pids } = system;
      const events = await followed();
      const before = sent.length;
      await send(20);
      await leave(servers.mongodb);
      await send(20);
      for (const name of [...workers, ...apis]) {
        await eventually(
          () => system.readiness(name),
          (readiness) => expect({ name, readiness }).toMatchObject({ name, readiness: { status: 503, body: { MongoDB: expect.stringMatching(/^MongoDB .+/) } } }),
          NOTICED_WITHIN_MS,
        );
      }
      await send(20);

      await servers.mongodb.recover();
      await allAreReady();
      await allApplied(client, sent, BACK_WITHIN_MS);
      await recordedOnce(client, sent);
      expect(await commandsOf(events, sent.length - before)).toEqual(sent.slice(before).sort());
      expect(system.pids).toEqual(pids);
    }, 240_000);
  });

  describe('Asked to end', () => {
    /** All at once. */
    const endAll = async (): Promise<void> => {
      const endings = await Promise.all(system.names.map(async (name) => ({ name, ...await system.end(name) })));
      expect(endings).toEqual(system.names.map((name) => ({ name, how: 'code 0', tookMs: expect.any(Number) })));
      expect(Math.max(...endings.map(({ tookMs }) => tookMs))).toBeLessThan(ENDS_WITHIN_MS);
    };
    const goesOn = async (): Promise<void> => {
      await allAreReady();
      await send(5);
      await allApplied(client, sent, BACK_WITHIN_MS);
      await recordedOnce(client, sent);
    };

    it('every process ends with 0 in time, in the middle of its work', async () => {
      await send(40);
      await endAll();
      await goesOn();
    }, 240_000);

    it.each(troubles)('so it does while both servers are gone: each %s', async (_, leave) => {
      await send(20);
      await Promise.all([leave(servers.kafka), leave(servers.mongodb)]);
      await endAll();
      await recover();
      await goesOn();
    }, 240_000);
  });

  it.each([
    ['topics have other partitions than configured', () => ({ KAFKA_PARTITIONS: '5' }), /The topic \S+ has 4 partitions, and is configured to have 5/],
    ['MongoDB is another replica set', () => ({ MONGODB_URL: servers.mongodb.address.replace(/replicaSet=.*/, 'replicaSet=other') }), /belongs to the replica set rs0, and the URL names other/],
  ])('a process ends with a sentence where %s', async (_, wrong, sentence) => {
    const worker = await startProcess(['experiments-worker'], { ...system.environment, ...wrong() });
    expect(await within(ENDS_WITHIN_MS, 'the process to end', worker.ended)).toBe(1);
    expect(worker.output()).toMatch(sentence);
  });
});
