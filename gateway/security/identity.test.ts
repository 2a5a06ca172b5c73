import type { JWTPayload } from 'jose';
import { anonymous, unchecked } from './caller';
import { identityOf } from './identity';

describe('The identity that limits are counted for', () => {
  const identified = (claims: JWTPayload) => ({ kind: 'identified' as const, claims, scopes: new Set<string>(), expiresAt: Infinity });

  it('is the subject at its issuer, wherever it comes from', () => {
    const ada = identityOf(identified({ iss: 'a', sub: 'ada' }), '10.0.0.1');
    expect(identityOf(identified({ iss: 'a', sub: 'ada', scope: 'x' }), '10.0.0.2')).toBe(ada);
    expect(identityOf(identified({ iss: 'b', sub: 'ada' }), '10.0.0.1')).not.toBe(ada);
    expect(identityOf(identified({ iss: 'a', sub: 'bob' }), '10.0.0.1')).not.toBe(ada);
  });

  it('is the address of whoever has no subject', () => {
    expect(identityOf(anonymous, '10.0.0.1')).toBe('10.0.0.1');
    expect(identityOf(unchecked, '10.0.0.1')).toBe('10.0.0.1');
    expect(identityOf(identified({ iss: 'a' }), '10.0.0.1')).toBe('10.0.0.1');
    expect(identityOf(anonymous, undefined)).toBe('unknown');
  });

  it.each([
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:db8:1:2::6', '2001:db8:1:2'],
    ['2001:db8::6', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
    ['fe80::1%eth0', 'fe80:0:0:0'],
  ])('of %s is %s', (address, network) => {
    expect(identityOf(anonymous, address)).toBe(network);
  });
});
