import fc from 'fast-check';
import { signedCursors, type ConnectionCursor, type FeedCursor } from './cursors';

const cursors = signedCursors('a secret');
const invalid = expect.objectContaining({ extensions: { code: 'CURSOR_INVALID' } }) as Error;
const place: ConnectionCursor = { kind: 'connection', lab: 'alpha', connection: 'things', by: 'name', direction: 'ascending', value: 'Ä"\n', id: '1' };
const feed: FeedCursor = { kind: 'feed', lab: 'alpha', feed: 'lab', owner: 'alpha', number: 7, epoch: 'e' };

describe('a cursor', () => {
  it('comes back as it was', () => {
    expect(cursors.decode(cursors.encode(place), 'connection', 'alpha')).toEqual(place);
    expect(cursors.decode(cursors.encode(feed), 'feed', 'alpha')).toEqual(feed);
    expect(cursors.encode(place)).toMatch(/^[A-Za-z0-9_-]+$/);
  });

  it('is invalid in another lab, as another kind, or with another secret', () => {
    expect(() => cursors.decode(cursors.encode(feed), 'feed', 'beta')).toThrow(invalid);
    expect(() => cursors.decode(cursors.encode(feed), 'connection', 'alpha')).toThrow(invalid);
    expect(() => signedCursors('another').decode(cursors.encode(feed), 'feed', 'alpha')).toThrow(invalid);
  });

  it('is invalid once any character of it changed', () => {
    const genuine = cursors.encode(feed);
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    fc.assert(fc.property(fc.nat(genuine.length - 1), fc.constantFrom(...alphabet), (at, character) => {
      fc.pre(genuine[at] !== character);
      expect(() => cursors.decode(genuine.slice(0, at) + character + genuine.slice(at + 1), 'feed', 'alpha')).toThrow(invalid);
    }));
  });

  it('is invalid when it is anything else', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(() => cursors.decode(text, 'feed', 'alpha')).toThrow(invalid);
    }));
    for (const text of [`${cursors.encode(feed)} `, `${cursors.encode(feed)}=`, cursors.encode(feed).slice(0, 22)]) {
      expect(() => cursors.decode(text, 'feed', 'alpha')).toThrow(invalid);
    }
  });
});
