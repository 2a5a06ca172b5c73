import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { readConfig } from './config';
import { startStandalone, type RunningStandalone } from './service';

const lab = 'https://lab.example';
const dataDir = mkdtempSync(join(tmpdir(), 'test-planning-doors-'));
let system: RunningStandalone;

beforeAll(async () => {
  system = await startStandalone(readConfig({ PORT: '0', DATA_DIR: dataDir, LOG_LEVEL: 'silent', CORS_ORIGINS: `http://localhost:3000,${lab}`, ALLOWED_HOSTS: 'lab.example' }));
});
afterAll(async () => {
  await system.stop();
  rmSync(dataDir, { recursive: true });
});

const statusFor = (host: string, path: string): Promise<number | undefined> => new Promise((resolve, reject) => {
  request(new URL(path, system.url), { headers: { host } }, (response) => resolve(response.resume().statusCode)).on('error', reject).end();
});

const opens = (origin: string): Promise<boolean> => new Promise((resolve) => {
  const socket = new WebSocket(system.url.replace('http', 'ws'), 'graphql-transport-ws', { origin });
  socket.on('open', () => {
    socket.terminate();
    resolve(true);
  }).on('error', () => resolve(false));
});

it('lets pages of CORS_ORIGINS sign in and ask, and no others', async () => {
  for (const path of ['/sign-in', '/graphql']) {
    for (const [origin, allowed] of [[lab, lab], ['https://evil.example', null]] as const) {
      const preflight = await fetch(new URL(path, system.url), { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' } });
      expect([path, preflight.headers.get('access-control-allow-origin')]).toEqual([path, allowed]);
    }
  }
  const signIn = (origin: string) => fetch(new URL('/sign-in', system.url), {
    method: 'POST', headers: { origin, 'content-type': 'application/json' }, body: JSON.stringify({ username: 'alice', password: 'alice-demo' }),
  });
  const signedIn = await signIn(lab);
  expect([signedIn.status, signedIn.headers.get('access-control-allow-origin')]).toEqual([200, lab]);
  expect((await signIn('https://evil.example')).status).toBe(403);
  expect([await opens(lab), await opens('https://evil.example')]).toEqual([true, false]);
});

it('is called by loopback names and ALLOWED_HOSTS alone', async () => {
  for (const path of ['/graphql', '/sign-in', '/health/live', '/health/ready']) {
    expect([path, await statusFor('evil.example', path)]).toEqual([path, 421]);
    expect([path, await statusFor('lab.example', path)]).not.toEqual([path, 421]);
    expect([path, await statusFor('localhost:80', path)]).not.toEqual([path, 421]);
  }
});

it('names a setting that is no origin or no host', () => {
  expect(() => readConfig({ CORS_ORIGINS: '*' })).toThrow(/^CORS_ORIGINS has to be/);
  expect(() => readConfig({ ALLOWED_HOSTS: 'https://lab.example' })).toThrow(/^ALLOWED_HOSTS has to be/);
});
