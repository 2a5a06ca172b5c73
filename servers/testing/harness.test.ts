import { execFile, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { kafkaAnswers } from '@test-planning/kernel/kafka';
import { mongodbAnswers } from '@test-planning/kernel/mongodb';
import { eventually } from '@test-planning/kernel/testing';

const run = promisify(execFile);
const main = resolve(__dirname, '../../dist/servers/main.js');

/** What the command does with servers of its own, whatever else runs on this machine: all of it lies in one folder. */
describe('npm run servers', () => {
  let cache: string;
  beforeAll(() => {
    cache = mkdtempSync(join(tmpdir(), 'test-planning-servers-'));
  });
  afterAll(async () => {
    await servers('stop', '--purge');
    rmSync(cache, { recursive: true });
  });

  const servers = async (...args: string[]): Promise<{ stdout: string; stderr: string }> =>
    run('node', [main, ...args], { env: { PATH: process.env.PATH, HOME: process.env.HOME, TEST_PLANNING_CACHE: cache } });
  const addresses = (stdout: string): { kafka: string; mongodb: string } => ({
    kafka: /^KAFKA_BROKERS='(.*)'$/m.exec(stdout)?.[1] ?? '', mongodb: /^MONGODB_URL='(.*)'$/m.exec(stdout)?.[1] ?? '',
  });
  const pids = async (): Promise<string[]> => [...(await servers('status')).stdout.matchAll(/process (\d+), version/g)].map(([, pid = '']) => pid);

  it('downloads what it needs, starts it, and has it answer when it returns', async () => {
    const { kafka, mongodb } = addresses((await servers('start')).stdout);
    await kafkaAnswers([kafka], 5_000);
    await mongodbAnswers(mongodb, 5_000);
    expect(readdirSync(join(cache, 'downloads')).sort()).toEqual(['kafka-4.1.2', 'mongod-6.0.5']);
    const { stdout } = await servers('status');
    expect(stdout).toContain(`Kafka: answers on ${kafka}`);
    expect(stdout).toContain(`MongoDB: answers on ${mongodb}`);
    expect(stdout).toContain(join(cache, 'kafka', 'logs'));
  }, 600_000);

  it('finds the same servers when it is started again, by several at once too', async () => {
    const before = await pids();
    expect(before).toHaveLength(2);
    const again = await Promise.all([servers('start'), servers('start'), servers('start')]);
    expect(new Set(again.map(({ stdout }) => JSON.stringify(addresses(stdout)))).size).toBe(1);
    expect(await pids()).toEqual(before);
  });

  it('takes those that are named, and starts none', async () => {
    const { kafka, mongodb } = addresses((await servers('start')).stdout);
    const elsewhere = mkdtempSync(join(tmpdir(), 'test-planning-named-'));
    try {
      const env = { PATH: process.env.PATH, HOME: elsewhere, TEST_PLANNING_CACHE: elsewhere, KAFKA_BROKERS: kafka, MONGODB_URL: mongodb };
      expect(addresses((await run('node', [main, 'start'], { env })).stdout)).toEqual({ kafka, mongodb });
      expect((await run('node', [main, 'status'], { env })).stdout).toContain(`Kafka: answers on ${kafka}\n  named by KAFKA_BROKERS`);
      await run('node', [main, 'stop', '--purge'], { env });
      expect(await pids()).toHaveLength(2);
      expect(existsSync(join(elsewhere, 'downloads'))).toBe(false);
    } finally {
      rmSync(elsewhere, { recursive: true });
    }
  });

  it('keeps the data, and finds its way back to them on another port', async () => {
    const first = addresses((await servers('start')).stdout);
    await servers('stop');
    await expect(mongodbAnswers(first.mongodb, 500)).rejects.toThrow();
    await expect(kafkaAnswers([first.kafka], 500)).rejects.toThrow();
    const port = Number(/:(\d+)\//.exec(first.mongodb)?.[1]);
    // It hangs up at once: mongod asks at its former address whether that is itself, for half a minute if need be.
    const squatter = createServer((socket) => socket.destroy());
    await new Promise<void>((done) => squatter.listen(port, '127.0.0.1', done));
    try {
      const second = addresses((await servers('start')).stdout);
      expect(second.mongodb).not.toBe(first.mongodb);
      await mongodbAnswers(second.mongodb, 5_000);
    } finally {
      squatter.close();
    }
  });

  it('brings them up again when they were killed', async () => {
    const before = await pids();
    for (const pid of before) process.kill(Number(pid), 'SIGKILL');
    const { kafka, mongodb } = await eventually(async () => {
      const told = addresses((await servers('start')).stdout);
      expect(await pids()).toHaveLength(2);
      return told;
    });
    await kafkaAnswers([kafka], 5_000);
    await mongodbAnswers(mongodb, 5_000);
    expect(await pids()).not.toEqual(before);
  });

  it('ends servers that were started for processes with the last of these, and no sooner', async () => {
    await servers('stop');
    const other = spawn('sleep', ['600']);
    try {
      await servers('start', '--for', String(process.pid));
      await servers('start', '--for', String(other.pid));
      await servers('stop', '--for', String(process.pid));
      expect(await pids()).toHaveLength(2);
      await servers('start', '--for', String(process.pid));
    } finally {
      other.kill('SIGKILL');
    }
    await servers('stop', '--for', String(process.pid));
    expect((await servers('status')).stdout).toBe('Kafka: nothing was started\nMongoDB: nothing was started\n');
  });

  it('needs no network once it has what it needs, and deletes the data when it is told to', async () => {
    const offline = mkdtempSync(join(tmpdir(), 'test-planning-offline-'));
    try {
      cpSync(join(cache, 'downloads'), join(offline, 'downloads'), { recursive: true });
      const env = { PATH: process.env.PATH, HOME: offline, TEST_PLANNING_CACHE: offline, PIP_INDEX_URL: 'http://127.0.0.1:1/', MAVEN_OPTS: '-Dmaven.repo.remote=http://127.0.0.1:1/' };
      const { kafka, mongodb } = addresses((await run('node', [main, 'start'], { env })).stdout);
      try {
        await kafkaAnswers([kafka], 5_000);
        await mongodbAnswers(mongodb, 5_000);
      } finally {
        await run('node', [main, 'stop', '--purge'], { env });
      }
      expect([existsSync(join(offline, 'kafka')), existsSync(join(offline, 'mongodb'))]).toEqual([false, false]);
    } finally {
      rmSync(offline, { recursive: true });
    }
  });
});
