import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheDirectory } from './cache-directory';
import { Containers } from './docker/containers';
import { findEngine } from './docker/engine';
import type { Harness } from './harness';
import type { StartedServer } from './server';
import { ServersError } from './servers-error';
import { start, withoutPassword } from './start';
import { stop } from './stop';
import { FakeTools } from './testing/fake-tools';

const local = (address: string): StartedServer =>
  ({ kind: 'process', process: { pid: process.pid, began: 'another time' }, address, version: '1', since: '2026-01-02T03:04:05.000Z', logs: '/logs', data: '/data' });

describe('finding servers', () => {
  let tools: FakeTools;
  let root: string;
  let said: string[];
  beforeEach(() => {
    tools = new FakeTools();
    root = mkdtempSync(join(tmpdir(), 'test-planning-start-'));
    said = [];
  });
  afterEach(() => {
    tools.takeAway();
    rmSync(root, { recursive: true });
  });

  const harness = (changes: Partial<Harness> = {}): Harness => ({
    environment: {}, cache: cacheDirectory({ TEST_PLANNING_CACHE: root }), containers: new Containers(root), findEngine,
    startLocally: { kafka: () => Promise.resolve(local('local kafka')), mongodb: () => Promise.resolve(local('local mongodb')) },
    say: (sentence) => said.push(sentence),
    ...changes,
  });
  const found = async (changes?: Partial<Harness>): Promise<Record<string, string>> =>
    Object.fromEntries((await start(harness(changes))).found.map(({ name, address }) => [name, address]));

  it.each([
    ['there is no docker', undefined, 'no Docker engine'],
    ['docker has no engine', 'case "$1" in version) echo "Cannot connect to the Docker daemon" >&2; exit 1;; esac', 'no Docker engine'],
    ['docker has no compose', 'case "$1" in compose) exit 1;; esac', 'a Docker engine without its compose plugin'],
  ])('starts processes of this machine where %s', async (_why, docker, reason) => {
    if (docker === undefined) tools.alone();
    else tools.add('docker', docker);
    expect(await found()).toEqual({ kafka: 'local kafka', mongodb: 'local mongodb' });
    expect(said.filter((sentence) => sentence.includes(reason))).toHaveLength(2);
  });

  it('takes containers that run already, and leaves them running', async () => {
    tools.add('docker', 'tell "$@"\ncase "$*" in "compose port kafka 9094") echo 127.0.0.1:1234;; "compose port mongodb 27017") echo 127.0.0.1:5678;; esac');
    expect(await found()).toEqual({ kafka: '127.0.0.1:1234', mongodb: 'mongodb://127.0.0.1:5678/?directConnection=true' });
    await stop(harness(), { purge: false });
    expect(tools.calls.filter((call) => /compose (up|stop|rm)/.test(call))).toEqual([]);
  });

  it('asks Docker for containers on free ports, and goes on without it when it fails', async () => {
    tools.add('docker', 'case "$*" in *version*) exit 0;; *port*) exit 1;; esac\ntell "$* $KAFKA_PORT$MONGODB_PORT $IDENTITY_SECRET"\necho "no space left on device" >&2; exit 1');
    expect(await found()).toEqual({ kafka: 'local kafka', mongodb: 'local mongodb' });
    expect(tools.calls.sort()).toEqual([
      expect.stringMatching(/^compose up --detach --wait kafka \d+ not-given-to-any-server$/),
      expect.stringMatching(/^compose up --detach --wait mongodb \d+ not-given-to-any-server$/),
    ]);
    expect(said.join()).toContain('no space left on device');
  });

  it('says of an address that is named where nobody answers, and finds the other server all the same', async () => {
    tools.alone();
    const { found: others, missing } = await start(harness({ environment: { MONGODB_URL: 'mongodb://ada:secret@127.0.0.1:1/?serverSelectionTimeoutMS=1' } }));
    expect(others).toEqual([{ name: 'kafka', address: 'local kafka' }]);
    expect(missing).toEqual([{ name: 'mongodb', reason: expect.stringContaining('MONGODB_URL names mongodb://***@127.0.0.1:1/') as string }]);
    expect(missing[0]?.reason).not.toContain('secret');
  });

  it('says why one can not be had', async () => {
    tools.alone();
    const startLocally: Harness['startLocally'] = { ...harness().startLocally, kafka: () => Promise.reject(new ServersError('No Java.')) };
    expect(await start(harness({ startLocally }))).toEqual({ found: [{ name: 'mongodb', address: 'local mongodb' }], missing: [{ name: 'kafka', reason: 'No Java.' }] });
  });

  it('refuses to keep servers for a process that is not there', async () => {
    await expect(start(harness(), 2 ** 22 + 1)).rejects.toThrow('There is no process 4194305');
  });

  it('shows no password', () => {
    expect(withoutPassword('mongodb://ada:s3cr3t@a:1,b:2/?replicaSet=rs0')).toBe('mongodb://***@a:1,b:2/?replicaSet=rs0');
    expect(withoutPassword('127.0.0.1:9092')).toBe('127.0.0.1:9092');
  });
});
