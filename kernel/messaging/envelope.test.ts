import fc from 'fast-check';
import { decodeMessage, encodeMessage } from './envelope';
import type { Message, Origin } from './message';

const message: Message = {
  id: 'm1', origin: 'process', type: 'Do', schemaVersion: 2, source: 'things-api', stream: 'lab/thing/1', lab: 'lab', time: '2026-01-02T03:04:05.678Z',
  actor: { userId: 'auth0|ädä', name: 'Ada Łovelace 🧪\n%' }, correlationId: 'c1', causationId: 'c0', step: { process: 'lab/process/2', step: 'go/1' },
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', data: { text: 'ü', list: [1, null] },
};

describe('a message on the wire', () => {
  it('is a CloudEvent in binary mode, keyed by its stream', () => {
    expect(encodeMessage(message, 'things.commands')).toMatchObject({
      topic: 'things.commands', key: 'lab/thing/1', value: '{"text":"ü","list":[1,null]}',
      headers: { ce_specversion: '1.0', ce_id: 'm1', ce_type: 'Do', ce_source: 'things-api', ce_subject: 'lab/thing/1', 'content-type': 'application/json', ce_step: 'go/1' },
    });
  });

  it('has headers of printable ASCII, whoever the actor is', () => {
    const { headers } = encodeMessage(message, 't');
    for (const value of Object.values(headers)) expect(value).toMatch(/^[\x20-\x7e]+$/);
    expect(encodeMessage({ ...message, actor: { userId: 'a', name: '\ud800' } }, 't').headers.ce_actorname).toBe('%EF%BF%BD');
  });

  it('comes back as it was', () => {
    const text = fc.string({ unit: 'binary', minLength: 1 });
    fc.assert(fc.property(text, text, fc.jsonValue(), fc.constantFrom<Origin>('client', 'process', 'reply', 'timer'), fc.boolean(), (userId, name, data, origin, hasStep) => {
      const { step, traceparent, ...rest } = message;
      const sent: Message = { ...rest, origin, actor: { userId, name }, data: JSON.parse(JSON.stringify(data)) as unknown, ...(hasStep && step && { step, traceparent: traceparent ?? '' }) };
      expect(decodeMessage(encodeMessage(sent, 't'))).toEqual({ kind: 'message', message: sent });
    }));
  });

  it.each<[string, Record<string, string | undefined>, string]>([
    ['has no id', { ce_id: undefined }, 'The header ce_id is missing'],
    ['is of another specification', { ce_specversion: '0.3' }, 'CloudEvents 0.3 is not known here'],
    ['is about something else than its key', { ce_subject: 'lab/thing/2' }, 'The subject lab/thing/2 is not the key lab/thing/1'],
    ['says it is of another lab than its stream', { ce_lab: 'lab2' }, 'The stream lab/thing/1 is not of lab lab2'],
    ['has an unknown origin', { ce_origin: 'nowhere' }, 'Not an origin: nowhere'],
    ['has a wrong version', { ce_schemaversion: '1.5' }, 'Not a schema version: 1.5'],
    ['has no time', { ce_time: 'yesterday' }, 'Not a time: yesterday'],
    ['has a step without a process', { ce_process: undefined }, 'A step and its process come together'],
    ['has an actor that can not be decoded', { ce_actorname: '%E0' }, 'URI malformed'],
  ])('is malformed when it %s: a value, not an exception', (_what, changes, reason) => {
    const record = encodeMessage(message, 't');
    const headers = Object.fromEntries(Object.entries({ ...record.headers, ...changes }).filter((entry): entry is [string, string] => entry[1] !== undefined));
    expect(decodeMessage({ ...record, headers })).toEqual({ kind: 'malformed', reason });
  });

  it('is malformed when its value is no JSON', () => {
    expect(decodeMessage({ ...encodeMessage(message, 't'), value: '{' })).toMatchObject({ kind: 'malformed' });
  });
});
