import { authorizationIn } from './socket-authorization';

it.each([
  [{}, undefined],
  [{ authorization: 'Bearer a' }, 'Bearer a'],
  [{ Authorization: 'Bearer a' }, 'Bearer a'],
  [{ token: 'a' }, 'Bearer a'],
  [{ authorization: null, token: 'a' }, 'Bearer a'],
  [{ authorization: 'Bearer a', token: 'a' }, 'Bearer a'],
])('finds the token in %j', (payload, expected) => {
  expect(authorizationIn(payload)).toBe(expected);
});

it.each([[{ authorization: 'Bearer a', token: 'b' }], [{ authorization: 'Bearer a', Authorization: 'Bearer b' }], [{ authorization: 7 }], [{ token: ['a'] }]])('finds no token in %j', (payload) => {
  expect(authorizationIn(payload)).toBe('null');
});
