import type { Commit } from '../event-sourcing/commit';
import type { WorkerDefinition } from '../event-sourcing/handling-loop/definition';
import { startWorker, type Worker } from '../event-sourcing/handling-loop/worker';
import type { LogRecord, NewLogRecord } from '../messaging/log';
import { RecordTooLargeError } from '../messaging/record-too-large-error';
import { MAX_RECORD_BYTES, recordBytes } from '../messaging/sizes';
import { parkedPublication } from '../publishing/publications';
import type { ViewDefinition } from '../read-models/read-models';
import { silentLogger } from '../telemetry/logger';
import { counterCommand, counterStream, counterTopics, counterView, counterWorker, type CounterCommand, type CounterEvent, type CounterState } from './counter';
import { eventually } from './eventually';
import { fakeClock } from './fake-clock';
import type { WorkerStores } from './handling-loop-contract';
import { counterReply, hostileRecords, unknownMessage, type RawRecord } from './hostile-records';

type CounterDefinition = WorkerDefinition<CounterState, CounterCommand, CounterEvent>;
type HostileStores = WorkerStores & { appendRaw?: (topic: string, records: readonly RawRecord[]) => Promise<void> };

/** What the handling loop makes of content that nobody can read, or that doesn't fit, on the stores that are given. */
export const hostileContentContract = (open: (views: readonly ViewDefinition<never>[]) => Promise<HostileStores>): void => {
  describe('the handling loop, given content that is hostile or too large', () => {
    let stores: HostileStores;
    let workers: Worker[];
    beforeEach(async () => {
      stores = await open([counterView]);
      workers = [];
    });
    afterEach(async () => {
      await Promise.all(workers.map((worker) => worker.stop()));
      await stores.close();
    });

    const start = async (changes: Partial<CounterDefinition> = {}): Promise<void> => {
      workers.push(await startWorker({ ...counterWorker, ...changes }, { ...stores, clock: fakeClock(), logger: silentLogger }));
    };
    const idle = () => eventually(async () => {
      const behind = (await stores.log.lag(counterWorker.group)).reduce((sum, { lag }) => sum + lag, 0);
      if (behind > 0) throw new Error(`${behind} records are not handled yet`);
    });
    const commitsOf = async (counter: string): Promise<Commit[]> => (await stores.events.read([counterStream(counter)])).get(counterStream(counter)) ?? [];
    const add = (counter: string, id: string, amount = 1): NewLogRecord => counterCommand(counter, id, { type: 'Add', data: { amount } });
    const outcomesOf = async (counter: string): Promise<string[]> => (await commitsOf(counter)).map(({ result }) => (result.kind === 'refused' ? result.refusal.code : result.kind));
    /** All that has come over the topic of dead letters. */
    const deadLetters = async (): Promise<LogRecord[]> => {
      const seen: LogRecord[] = [];
      const reader = await stores.log.subscribe({ group: 'operators', topics: [counterTopics.deadLetters] }, async (batch) => {
        seen.push(...batch.records);
        for (const record of batch.records) await batch.acknowledge(record);
      });
      await eventually(() => {
        expect(seen.length).toBeGreaterThan(0);
      });
      await reader.stop();
      return seen;
    };

    it('handles the good records after hundreds of hostile ones, in every partition', async () => {
      const { log, appendRaw = (topic, records) => log.append(records.map((record) => asText(topic, record))) } = stores;
      const hostile = hostileRecords();
      expect(hostile.length).toBeGreaterThan(300);
      await start({ publishParked: (message) => [parkedPublication(message, { topic: counterTopics.events, source: 'counters' })] });
      for (let from = 0; from < hostile.length; from += 50) await appendRaw(counterTopics.commands, hostile.slice(from, from + 50));
      const good = Array.from({ length: 60 }, (_, index) => `good-${index}`);
      await log.append(good.map((counter) => add(counter, counter)));
      await idle();
      expect(await Promise.all(good.map(outcomesOf))).toEqual(good.map(() => ['accepted']));
      expect((await stores.parking.keys()).length).toBeGreaterThan(100);
    });

    it('keeps what it parks as it came', async () => {
      await start();
      const strange: NewLogRecord = { topic: counterTopics.commands, key: 'no stream', headers: { $ref: 'a', 'x\u0000': 'b', plain: 'c' }, value: '\u0001"\\' };
      await stores.log.append([strange]);
      await idle();
      expect((await stores.parking.read(strange.key)).map(({ record: { headers, value } }) => ({ headers, value }))).toEqual([{ headers: strange.headers, value: strange.value }]);
    });

    it('refuses a command when what it publishes is larger than a record, and goes on', async () => {
      const publish: CounterDefinition['publish'] = (commit, before, after) => [
        ...counterWorker.publish(commit, before, after),
        ...(after.total === 7 ? [{ topic: counterTopics.events, key: commit.stream, headers: {}, value: 'x'.repeat(MAX_RECORD_BYTES) }] : []),
      ];
      await start({ publish });
      await stores.log.append([add('a', 'm1', 7), add('a', 'm2', 3), add('b', 'm3', 1)]);
      await idle();
      expect(await outcomesOf('a')).toEqual(['TOO_LARGE', 'accepted']);
      expect(await outcomesOf('b')).toEqual(['accepted']);
      expect(await stores.parking.keys()).toEqual([]);
    });

    it('refuses a command when its commit is larger than a document', async () => {
      const decide: CounterDefinition['decider']['decide'] = (command, state, context) => {
        const decision = counterWorker.decider.decide(command, state, context);
        if (decision.kind !== 'accepted' || context.message.id !== 'm1') return decision;
        return { ...decision, events: [{ type: 'Added', data: { amount: 1, note: 'x'.repeat(16_000_000) } as CounterEvent['data'] }] };
      };
      await start({ decider: { ...counterWorker.decider, decide } });
      await stores.log.append([add('a', 'm1'), add('a', 'm2')]);
      await idle();
      expect(await outcomesOf('a')).toEqual(['TOO_LARGE', 'accepted']);
    });

    it('parks a reply when what follows from it is too large, as a reply can not be refused', async () => {
      const publish: CounterDefinition['publish'] = (commit, before, after) =>
        (commit.message.id === 'm1' ? [{ topic: counterTopics.events, key: commit.stream, headers: {}, value: 'x'.repeat(MAX_RECORD_BYTES) }] : counterWorker.publish(commit, before, after));
      await start({ publish });
      await stores.log.append([counterReply('a', 'm1', 1), add('b', 'm2')]);
      await idle();
      expect(await outcomesOf('a')).toEqual([]);
      expect((await stores.parking.read(counterStream('a'))).map(({ reason }) => reason)).toEqual([{
        kind: 'failed', attempts: 1, error: expect.stringMatching(/^A record for counters\.events has 80\d{5} bytes, and the log takes 8000000$/) as string,
      }]);
      expect(await outcomesOf('b')).toEqual(['accepted']);
    });

    it('copies a parked record without its value to the dead letters when the copy would be larger than a record', async () => {
      const room = MAX_RECORD_BYTES - recordBytes(unknownMessage('a', 'm1', 0));
      const whole = unknownMessage('a', 'm1', room);
      await start();
      await stores.log.append([whole]);
      await stores.log.append([add('b', 'm2')]);
      await idle();
      expect((await stores.parking.read(counterStream('a'))).map(({ record }) => record.value.length)).toEqual([whole.value.length]);
      expect(await deadLetters()).toMatchObject([{ key: counterStream('a'), value: 'null', headers: { 'ce_id': 'm1', 'parked-left-out': 'value' } }]);
      expect(await outcomesOf('b')).toEqual(['accepted']);
    });

    it('shortens a reason that quotes its message', async () => {
      await start({ parse: () => ({ kind: 'malformed', reason: 'x'.repeat(9_000_000) }) });
      await stores.log.append([add('a', 'm1')]);
      await idle();
      expect((await stores.parking.read(counterStream('a'))).map(({ reason }) => reason.kind === 'failed' && reason.error.length)).toEqual([2_003]);
    });

    it('refuses to append a record that is larger than the limit, with everything that is appended beside it', async () => {
      const large = unknownMessage('a', 'm1', MAX_RECORD_BYTES);
      await expect(stores.log.append([add('a', 'm0'), large])).rejects.toThrow(RecordTooLargeError);
      await start();
      await stores.log.append([add('b', 'm2')]);
      await idle();
      expect(await outcomesOf('a')).toEqual([]);
    });
  });
};

/** As a log inside this process, which holds text alone, would hold it. */
const asText = (topic: string, { key, value, headers }: RawRecord): NewLogRecord => ({
  topic, key: key?.toString() ?? '', value: value?.toString() ?? '',
  headers: Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, (Array.isArray(text) ? text.at(-1) : text)?.toString() ?? ''])),
});
