import { anonymous } from './caller';
import { loggedVerifier } from './logged-verifier';
import type { Verification } from './token-verifier';

describe('why tokens can\'t be checked', () => {
  const undecided: Verification = { kind: 'undecided', cause: new Error('No keys') };
  let time = 0;
  let log: object[];
  const verifier = (verification: Verification | Promise<Verification>) => loggedVerifier(() => verification, { error: (fields) => void log.push(fields) }, () => time);
  beforeEach(() => { log = []; });

  it.each([['at once', undecided], ['later', Promise.resolve(undecided)]])('is logged once a minute, where that shows %s', async (_, verification) => {
    const verify = verifier(verification);
    expect([await verify('Bearer a'), await verify('Bearer b')]).toEqual([undecided, undecided]);
    expect(log).toEqual([{ err: new Error('No keys') }]);
    time += 60_000;
    await verify('Bearer c');
    expect(log).toHaveLength(2);
  });

  it('is nothing where they can, whatever comes of it', () => {
    expect(verifier({ kind: 'caller', caller: anonymous })(undefined)).toEqual({ kind: 'caller', caller: anonymous });
    expect(verifier({ kind: 'refused', reason: 'It is not valid' })('Bearer a')).toMatchObject({ kind: 'refused' });
    expect(log).toEqual([]);
  });
});
