import { encodeMessage } from '../messaging/envelope';
import type { NewLogRecord } from '../messaging/log';
import { counterCommand, counterTopics } from './counter';

/** A record as a foreign producer may write it: bytes, or nothing. */
export interface RawRecord {
  key: Buffer | null;
  value: Buffer | null;
  headers: Readonly<Record<string, Buffer | Buffer[]>>;
}

const bytes = (text: string): Buffer => Buffer.from(text);
const nested = (open: string, close: string, depth: number): string => `${open.repeat(depth)}1${close.repeat(depth)}`;
const binary = Buffer.from([0xff, 0xfe, 0x00, 0x80, 0xc3, 0x28]);

/** Keys that are no stream's, or hardly one. */
const keys: readonly (Buffer | null)[] = [
  null, bytes(''), bytes(' '), binary, bytes('x'), bytes('lab/counter'), bytes('lab/counter/'), bytes('lab/counter/a/b'), bytes('\u0000'), bytes('lab/counter/\u0000'),
  bytes('lab/counter/$where'), bytes('__proto__'), bytes('lab/counter/__proto__'), bytes(`lab/counter/${'k'.repeat(100_000)}`), bytes('lab/counter/🧪"\'`'),
];

/** Values that are no JSON, or JSON that nobody expects. */
const values: readonly (Buffer | null)[] = [
  null, bytes(''), bytes(' '), bytes('{'), bytes('nul'), bytes('undefined'), bytes('NaN'), bytes('\ufeff{"amount":1}'), binary, bytes('"\\ud800"'), bytes('{"\\ud800":"\\udfff"}'),
  bytes('1e999'), bytes('-0'), bytes('1'.repeat(100_000)), bytes(`{"amount":${'9'.repeat(400)}}`), bytes('{"amount":1e999}'), bytes('{"amount":null}'),
  bytes('{"__proto__":{"amount":1}}'), bytes('{"constructor":{"prototype":1},"toJSON":1,"then":1}'), bytes('{"$where":1,"a.b":2,"":3,"_bsontype":"ObjectId","toBSON":1}'),
  bytes('"\\u0000"'), bytes('\u0001\u0002'), bytes(`"${'\\u0001'.repeat(50_000)}"`), bytes(`"${'x'.repeat(2_000_000)}"`), bytes(`[${'1,'.repeat(200_000)}1]`),
  ...[99, 101, 1_000, 5_000, 100_000].flatMap((depth) => [bytes(nested('[', ']', depth)), bytes(nested('{"a":', '}', depth)), bytes('['.repeat(depth))]),
];

const whole = counterCommand('hostile', 'm1', { type: 'Add', data: { amount: 1 } });
const raw = ({ key, value, headers }: Omit<NewLogRecord, 'topic'>): RawRecord =>
  ({ key: bytes(key), value: bytes(value), headers: Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, bytes(text)])) });

/** What a header can be instead of what it should be. */
const headerValues: readonly (Buffer | Buffer[])[] = [bytes(''), binary, bytes('%'), bytes('%ff'), bytes('__proto__'), bytes('x'.repeat(20_000)), bytes('-1'), bytes('\u0000'), [bytes('one'), binary, bytes('')]];

const withKey = (key: Buffer | null): RawRecord[] => {
  const text = key?.toString() ?? '';
  return [
    { ...raw(whole), key },
    { key, value: bytes('{"amount":1}'), headers: {} },
    // As its own subject, it gets as far as it can.
    { ...raw({ ...whole, headers: { ...whole.headers, ce_subject: text, ce_lab: text.split('/')[0] ?? '' } }), key },
  ];
};

/** Each value as the data of a message that is right otherwise, of a known and an unknown type, in streams of their own. */
const withValue = (value: Buffer | null, index: number): RawRecord[] =>
  ['Add', 'Fly'].flatMap((type) => ['client', 'reply'].map((origin) => {
    const stream = `lab/counter/value-${index}-${type}-${origin}`;
    return { ...raw({ ...whole, key: stream, headers: { ...whole.headers, ce_subject: stream, ce_id: `v${index}`, ce_type: type, ce_origin: origin } }), value };
  }));

const withHeader = (name: string): RawRecord[] => {
  const { headers, ...rest } = raw(whole);
  const others = Object.entries(headers).filter(([other]) => other !== name);
  return [{ ...rest, headers: Object.fromEntries(others) }, ...headerValues.map((value) => ({ ...rest, headers: { ...headers, [name]: value } }))];
};

const strangeHeaders = Object.fromEntries(['$ref', 'a.b', '', '__proto__', 'toJSON', '_bsontype', 'constructor', 'x\u0000y'].map((name) => [name, binary]));

/** Some hundred records that a log may hold and nobody should have written. Each is bad in its own way; none may stop what comes after it. */
export const hostileRecords = (): RawRecord[] => [
  ...keys.flatMap(withKey),
  ...values.flatMap(withValue),
  ...Object.keys(whole.headers).flatMap(withHeader),
  { ...raw(whole), headers: strangeHeaders },
  { ...raw(whole), headers: { ...raw(whole).headers, ...strangeHeaders } },
  { ...raw(whole), value: Buffer.alloc(3_000_000, '\u0001'), headers: strangeHeaders },
  { ...raw(whole), headers: { ...raw(whole).headers, large: Buffer.alloc(1_000_000, 'h') } },
];

/** A message that no worker knows, of so many bytes of data. */
export const unknownMessage = (counter: string, id: string, bytesOfData: number): NewLogRecord => counterCommand(counter, id, { type: 'Fly', data: 'x'.repeat(bytesOfData) });

/** A reply to a counter, which it can't refuse. */
export const counterReply = (counter: string, id: string, amount: number): NewLogRecord => encodeMessage({
  id, origin: 'reply', type: 'Add', schemaVersion: 1, source: 'test', stream: `lab/counter/${counter}`, lab: 'lab', time: '2026-01-02T03:04:05.000Z',
  actor: { userId: 'ada', name: 'Ada' }, correlationId: id, causationId: id, data: { amount },
}, counterTopics.commands);
