import type { JWTPayload } from 'jose';
import { anonymous } from './caller';
import type { Caller } from './caller';
import { Sessions } from './sessions';

describe('Sessions', () => {
  const token = (claims: JWTPayload): Caller => ({ kind: 'identified', claims, scopes: new Set(), expiresAt: Infinity });
  let sessions: Sessions;
  let ended: string[];
  beforeEach(() => {
    sessions = new Sessions();
    ended = [];
  });
  const open = (name: string, caller: Caller) => sessions.open(caller, () => void ended.push(name));

  it('end where their claims match, and nowhere else', () => {
    const ada = token({ sub: 'ada' });
    open('first', ada);
    open('second', ada);
    open('of another token', token({ sub: 'ada', jti: '2' }));
    open('of somebody else', token({ sub: 'bob' }));
    open('of nobody', anonymous);
    expect(sessions.endWhere(({ sub }) => sub === 'ada')).toBe(3);
    expect(ended).toEqual(['first', 'second', 'of another token']);
    expect(sessions.size).toBe(1);
    expect(sessions.endWhere(({ sub }) => sub === 'ada')).toBe(0);
  });

  it('are asked about once for each token', () => {
    const ada = token({ sub: 'ada' });
    for (let index = 0; index < 10; index += 1) open('one', ada);
    let asked = 0;
    sessions.endWhere(() => {
      asked += 1;
      return false;
    });
    expect(asked).toBe(1);
    expect(ended).toEqual([]);
  });

  it('that are over are forgotten, and ended no more', () => {
    const ada = token({ sub: 'ada' });
    const close = open('first', ada);
    open('second', ada);
    close();
    close();
    expect(sessions.size).toBe(1);
    expect(sessions.endWhere(() => true)).toBe(1);
    expect(ended).toEqual(['second']);
    expect(sessions.size).toBe(0);
  });

  it('that open again while they end are new ones', () => {
    const ada = token({ sub: 'ada' });
    const close = sessions.open(ada, () => {
      close();
      open('again', ada);
    });
    expect(sessions.endWhere(() => true)).toBe(1);
    expect(sessions.size).toBe(1);
    expect(ended).toEqual([]);
  });

  it('end all, though one of them can not', () => {
    sessions.open(token({ sub: 'ada' }), () => { throw new Error('stuck'); });
    open('second', token({ sub: 'bob' }));
    expect(() => sessions.endWhere(() => true)).toThrow('1 sessions could not be ended');
    expect(ended).toEqual(['second']);
    expect(sessions.size).toBe(0);
  });
});
