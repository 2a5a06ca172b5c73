import type { IncomingMessage } from 'node:http';
import { allowedHost, hostCheck } from './host-check';

const request = (host: string | undefined, { url = '/graphql', localAddress = '127.0.0.1' } = {}): IncomingMessage =>
  ({ headers: { host }, url, socket: { localAddress } }) as unknown as IncomingMessage;

describe('a server on a loopback address', () => {
  const isOwnHost = hostCheck({ listening: '127.0.0.1', allowed: undefined });

  it.each(['localhost', 'LOCALHOST:4000', 'localhost.', 'localhost.:4000', 'lab.localhost', '127.0.0.1:4000', '127.9.9.9', '[::1]:4000', '[0:0:0:0:0:0:0:1]', '[::ffff:127.0.0.1]'])('takes the host %s', (host) => {
    expect(isOwnHost(request(host))).toBe(true);
  });

  it.each([
    undefined, '', 'evil.example', 'evil.example:4000', 'localhost.evil.example', 'evil-localhost', '127.0.0.1.evil.example', 'notlocalhost', '10.0.0.1', '[::2]', 'localhost@evil.example',
    'localhost/evil', 'localhost evil.example', 'localhost,evil.example', 'evil.example#localhost', '.localhost:port', '[::1', ':4000',
  ])('refuses the host %s', (host) => {
    expect(isOwnHost(request(host))).toBe(false);
  });

  it('looks at the host in the target as well', () => {
    expect(isOwnHost(request('localhost', { url: 'http://localhost:4000/graphql' }))).toBe(true);
    expect(isOwnHost(request('localhost', { url: 'http://evil.example/graphql' }))).toBe(false);
    expect(isOwnHost(request('evil.example', { url: 'http://localhost/graphql' }))).toBe(false);
  });
});

it('takes the names of its list, and the endings', () => {
  const isOwnHost = hostCheck({ listening: '0.0.0.0', allowed: ['lab.example', '.labs.example'] });
  for (const host of ['lab.example', 'Lab.Example.:80', 'a.labs.example', 'a.b.labs.example', 'localhost']) expect([host, isOwnHost(request(host))]).toEqual([host, true]);
  for (const host of ['a.lab.example', 'labs.example', 'evillabs.example']) expect([host, isOwnHost(request(host))]).toEqual([host, false]);
});

it('takes the address at which the connection arrived', () => {
  const isOwnHost = hostCheck({ listening: '::', allowed: [] });
  expect(isOwnHost(request('10.0.0.7:4000', { localAddress: '::ffff:10.0.0.7' }))).toBe(true);
  expect(isOwnHost(request('[fd00::7]:4000', { localAddress: 'fd00::7' }))).toBe(true);
  expect(isOwnHost(request('10.0.0.8:4000', { localAddress: '::ffff:10.0.0.7' }))).toBe(false);
});

it('takes the name that the server listens at', () => {
  expect(hostCheck({ listening: 'lab.example', allowed: [] })(request('lab.example:4000'))).toBe(true);
});

it('takes every host with *, and without a list on an address that others reach', () => {
  expect(hostCheck({ listening: '127.0.0.1', allowed: ['*'] })(request('evil.example'))).toBe(true);
  expect(hostCheck({ listening: '0.0.0.0', allowed: undefined })(request('lab.example'))).toBe(true);
  expect(hostCheck({ listening: '0.0.0.0', allowed: [] })(request('evil.example'))).toBe(false);
});

it.each([['Lab.Example.', 'lab.example'], ['.LAB.example', '.lab.example'], ['::1', '[::1]'], ['[::1]', undefined], ['*', '*'], ['lab.example:80', undefined], ['https://lab.example', undefined], ['', undefined]])(
  'reads the entry %s as %s', (text, expected) => {
    expect(allowedHost(text)).toBe(expected);
  },
);
