import { MemoryLog } from '../memory';
import { decodeMessage } from '../messaging/envelope';
import { inputHash } from '../messaging/input-hash';
import type { Log, NewLogRecord } from '../messaging/log';
import { fakeClock } from '../testing/fake-clock';
import { acceptor, commandIdFrom } from './acceptor';
import type { SubgraphContext } from './context';

const context: SubgraphContext = {
  identity: { userId: 'alice', name: 'Alice', lab: 'alpha', scopes: [] },
  requestId: 'r',
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
};
const command = {
  topic: 'things.commands', commandId: commandIdFrom('AAAAAAAA-0000-4000-8000-000000000001'), type: 'MakeThing', schemaVersion: 1,
  stream: 'alpha/thing/1' as const, subjectId: '1', data: { size: 2 }, field: 'input',
};
const logThat = (append: Log['append']): Log => Object.assign(Object.create(new MemoryLog()) as Log, { append });

describe('accepting a command', () => {
  it('resolves once it is on the log, as the message of whoever asks', async () => {
    const records: NewLogRecord[] = [];
    const accept = acceptor({
      log: logThat((appended) => Promise.resolve(void records.push(...appended))), source: 'things-api', clock: fakeClock('2026-01-01T00:00:00.000Z'), errors: { error: jest.fn() },
    });
    const accepted = await accept(context, command);
    const [record] = records;
    const decoded = decodeMessage(record ?? { key: '', headers: {}, value: '' });
    expect(decoded).toEqual({
      kind: 'message',
      message: {
        id: 'aaaaaaaa-0000-4000-8000-000000000001', origin: 'client', type: 'MakeThing', schemaVersion: 1, source: 'things-api', stream: 'alpha/thing/1', lab: 'alpha',
        time: '2026-01-01T00:00:00.000Z', actor: { userId: 'alice', name: 'Alice' }, correlationId: 'aaaaaaaa-0000-4000-8000-000000000001',
        causationId: 'aaaaaaaa-0000-4000-8000-000000000001', traceparent: context.traceparent, data: { size: 2 },
      },
    });
    // The hash that the worker will compute of what it reads.
    expect(accepted.inputHash).toBe(decoded.kind === 'message' ? inputHash(decoded.message) : '');
    expect(accepted).toMatchObject({ id: command.commandId, type: 'MakeThing', subjectId: '1', acceptedAt: '2026-01-01T00:00:00.000Z' });
  });

  it.each<[string, Log['append']]>([
    ['fails', () => Promise.reject(new Error('disk full'))],
    ['never answers', () => new Promise(() => undefined)],
  ])('is UNAVAILABLE, with the id to send again, when the log %s', async (_, append) => {
    const error = jest.fn();
    const accept = acceptor({ log: logThat(append), source: 'things-api', clock: fakeClock(), errors: { error }, timeoutMs: 10 });
    await expect(accept(context, command)).rejects.toMatchObject({ extensions: { code: 'UNAVAILABLE', commandId: command.commandId } });
    expect(error).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['the data', { ...command, data: { text: 'x'.repeat(7_000_000) } }, context],
    ['the whole record', command, { ...context, traceparent: 'x'.repeat(8_000_000) }],
  ])('refuses a command for good when %s is larger than the log takes, and names the field and the limit', async (_what, large, from) => {
    const append = jest.fn();
    const accept = acceptor({ log: logThat(append), source: 'things-api', clock: fakeClock(), errors: { error: jest.fn() } });
    await expect(accept(from, { ...large, field: 'inputs' })).rejects.toMatchObject({
      message: expect.stringMatching(/^inputs must take at most 7000000 bytes as JSON, and takes \d+/) as string, extensions: { code: 'BAD_USER_INPUT', field: 'inputs' },
    });
    expect(append).not.toHaveBeenCalled();
  });

  it('makes an id where the client gave none', () => {
    expect(commandIdFrom(undefined)).not.toBe(commandIdFrom(null));
    expect(() => commandIdFrom('x')).toThrow(expect.objectContaining({ extensions: { code: 'BAD_USER_INPUT', field: 'commandId' } }));
  });
});
