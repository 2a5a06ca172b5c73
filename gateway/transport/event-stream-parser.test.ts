import { array, assert, constantFrom, integer, oneof, property, record, string, uint8Array } from 'fast-check';
import { EventStreamParser } from './event-stream-parser';
import type { StreamedEvent } from './event-stream-parser';
import { AnswerTooLarge } from './failures';

/** What is read of a stream that is cut before these bytes. */
function read(bytes: Uint8Array, cuts: readonly number[] = [], maxLength = 1_000_000): { events: StreamedEvent[]; comments: number } {
  const events: StreamedEvent[] = [];
  let comments = 0;
  const parser = new EventStreamParser({ event: (event) => events.push(event), comment: () => { comments += 1; } }, maxLength);
  let start = 0;
  for (const cut of [...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]) {
    parser.push(Buffer.from(bytes.subarray(start, cut)));
    start = cut;
  }
  return { events, comments };
}

const of = (text: string) => read(Buffer.from(text)).events;
const event = (fields: Partial<StreamedEvent>): StreamedEvent => ({ event: 'message', data: undefined, id: undefined, ...fields });

describe('the parser of event streams', () => {
  it.each<[string, string, StreamedEvent[]]>([
    ['an event', 'event: next\ndata: {"a":1}\nid: 7\n\n', [event({ event: 'next', data: '{"a":1}', id: '7' })]],
    ['data in several lines', 'data: a\ndata:b\ndata\ndata:  c\n\n', [event({ data: 'a\nb\n\n c' })]],
    ['empty data', 'event: complete\ndata:\n\n', [event({ event: 'complete', data: '' })]],
    ['a name alone', 'event: complete\n\n', [event({ event: 'complete' })]],
    ['an id alone', 'id: @7\n\n', [event({ id: '@7' })]],
    ['an id that is none', 'id: a\0b\n\ndata: a\n\n', [event({ data: 'a' })]],
    ['comments and what nobody knows', ': hi\n:\nretry: 5\nfoo: bar\ndata: a\n\n\n\n', [event({ data: 'a' })]],
    ['all ends of lines', 'data: a\r\rdata: b\r\n\r\ndata: c\n\r\ndata: d\r\n\n', ['a', 'b', 'c', 'd'].map((data) => event({ data }))],
    ['a mark of byte order', '\uFEFFdata: a\n\ndata: \uFEFFb\n\n', [event({ data: 'a' }), event({ data: '\uFEFFb' })]],
    ['what is not finished', 'data: a\n\ndata: b\n', [event({ data: 'a' })]],
  ])('reads %s', (_, text, expected) => expect(of(text)).toEqual(expected));

  it('reads the same wherever the bytes are cut', () => {
    const line = oneof(
      record({ field: constantFrom('data', 'event', 'id', 'retry', '', 'x'), value: string({ unit: 'grapheme', maxLength: 10 }) }).map(({ field, value }) => `${field}: ${value}`),
      constantFrom('', '', 'data', ':', 'data:😀'),
    );
    const stream = array(record({ line, end: constantFrom('\n', '\r', '\r\n') })).map((lines) => Buffer.from(lines.map((each) => each.line + each.end).join('')));
    assert(property(oneof(stream, uint8Array({ maxLength: 200 })), array(integer({ min: 0, max: 10_000 }), { maxLength: 20 }), (bytes, cuts) => {
      // A lone CR at a cut is told from CRLF only by what follows.
      expect(read(bytes, cuts)).toEqual(read(bytes));
    }), { numRuns: 2_000 });
  });

  it('keeps no more than its bound', () => {
    expect(() => read(Buffer.from(`data: ${'x'.repeat(200)}`), [50, 100], 100)).toThrow(AnswerTooLarge);
    expect(() => read(Buffer.from('data\n'.repeat(100)), [], 100)).toThrow(AnswerTooLarge);
    expect(() => read(Buffer.from('\u00e4'.repeat(101)), [], 100)).toThrow(AnswerTooLarge);
    expect(read(Buffer.from(`${':'.repeat(90)}\n`.repeat(100)), [], 100).comments).toBe(100);
    expect(read(Buffer.from('data: a\n\n'.repeat(100)), [], 100).events).toHaveLength(100);
  });
});
