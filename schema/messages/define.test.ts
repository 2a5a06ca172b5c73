import { z } from 'zod';
import { defineMessage, eventVersions, messageParser } from './define';

const definitions = [
  defineMessage('Renamed', z.object({ to: z.string(), by: z.string() }),
    (data) => ({ to: (data as { name: string }).name }),
    (data) => ({ ...(data as object), by: 'somebody' })),
  defineMessage('Opened', z.object({})),
] as const;

describe('Versions of a message', () => {
  it('counts one version more than there are upcasters', () => {
    expect(definitions.map(({ schemaVersion }) => schemaVersion)).toEqual([3, 1]);
  });

  it.each([[1, { name: 'x' }], [2, { to: 'x' }], [3, { to: 'x', by: 'somebody' }]])('parses version %i in the form of the newest', (version, data) => {
    expect(messageParser(definitions)('Renamed', version, data)).toEqual({ kind: 'parsed', message: { type: 'Renamed', data: { to: 'x', by: 'somebody' } } });
  });

  it('refuses a message of a version that is newer than the newest known', () => {
    expect(messageParser(definitions)('Renamed', 4, {})).toEqual({ kind: 'malformed', reason: 'Renamed has version 4; version 3 is the newest known here' });
  });

  it('upcasts stored events without parsing them, and refuses one that is newer than the newest known', () => {
    const versions = eventVersions(definitions);
    expect([versions.current('Renamed'), versions.current('Opened'), versions.current('Unknown')]).toEqual([3, 1, 1]);
    expect(versions.upcast('Renamed', 1, { name: 'x' })).toEqual({ to: 'x', by: 'somebody' });
    expect(() => versions.upcast('Renamed', 4, {})).toThrow('Renamed is stored in version 4; version 3 is the newest known here');
  });
});
