import { execFile } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '../system/client';
import { root, startStandalone } from '../system/standalone-process';

interface Ended {
  code: number | null;
  output: string;
}

/** Runs the standalone edition until it ends by itself. */
const runToEnd = (environment: Record<string, string>): Promise<Ended> =>
  new Promise((resolve) => {
    execFile('node', ['dist/standalone/main.js'], { cwd: root, env: { ...process.env, PORT: '0', ...environment }, timeout: 20_000 }, (error, stdout, stderr) => {
      resolve({ code: error ? ((error.code as number | undefined) ?? null) : 0, output: stdout + stderr });
    });
  });

const create = 'mutation ($name: String!) { createExperiment(input: { name: $name }) { id subjectId outcome(waitMs: 10000) { __typename } } }';

describe('Starting', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'test-planning-start-'));
  afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

  it('tells the address, how to sign in and what to try', async () => {
    const system = await startStandalone({ dataDir });
    expect(system.output()).toContain(`ready at ${system.url}`);
    expect(system.output()).toContain('/sign-in');
    expect(system.output()).toContain('createExperiment');
    await system.stop();
  });

  it.each([
    ['PORT', { PORT: 'http' }],
    ['PORT', { PORT: '70000' }],
    ['LOG_LEVEL', { LOG_LEVEL: 'loud' }],
  ])('names a setting that is malformed: %s', async (name, environment) => {
    const { code, output } = await runToEnd({ DATA_DIR: dataDir, ...environment });
    expect(code).toBe(1);
    expect(output).toMatch(new RegExp(`^${name} has to be .*\\n$`));
  });

  it('says that the data directory is none', async () => {
    const file = join(dataDir, 'a-file');
    writeFileSync(file, '');
    const { code, output } = await runToEnd({ DATA_DIR: file });
    expect(code).toBe(1);
    expect(output).toMatch(/^DATA_DIR has to be a directory, .*\n$/);
  });

  it.each([['keys.json', '{'], ['data.sqlite', 'this is no database '.repeat(500)], ['lock.sqlite', 'this is no lock '.repeat(500)]])('names a damaged %s in one line, and what to do', async (name, text) => {
    const damaged = mkdtempSync(join(tmpdir(), 'test-planning-damaged-'));
    writeFileSync(join(damaged, name), text);
    const { code, output } = await runToEnd({ DATA_DIR: damaged, LOG_LEVEL: 'silent' });
    expect(code).toBe(1);
    expect(output).toContain(join(damaged, name));
    expect(output).toMatch(/^[^\n]+\.\n$/);
    rmSync(damaged, { recursive: true });
  });

  it('names a data.sqlite that is damaged behind what is read first', async () => {
    const damaged = mkdtempSync(join(tmpdir(), 'test-planning-damaged-'));
    await (await startStandalone({ dataDir: damaged })).stop();
    const file = openSync(join(damaged, 'data.sqlite'), 'r+');
    writeSync(file, Buffer.alloc(20_000, 0xa5), 0, 20_000, 8_000);
    closeSync(file);
    const { code, output } = await runToEnd({ DATA_DIR: damaged, LOG_LEVEL: 'silent' });
    expect(code).toBe(1);
    expect(output).toContain(join(damaged, 'data.sqlite'));
    expect(output).toMatch(/^[^\n]+\.\n$/);
    rmSync(damaged, { recursive: true });
  });

  it('goes on when nobody reads any more what it prints', async () => {
    const system = await startStandalone({ dataDir });
    system.stopReading();
    const code = await system.terminate();
    expect(code).toBe(0);
  });

  it('refuses a data directory that another process uses, and says so', async () => {
    const system = await startStandalone({ dataDir });
    const { code, output } = await runToEnd({ DATA_DIR: dataDir });
    await system.stop();
    expect(code).toBe(1);
    expect(output).toContain(dataDir);
    expect(output).not.toMatch(/\n\s+at /);
  });

  it('says that the port is in use', async () => {
    const system = await startStandalone({ dataDir });
    const { code, output } = await runToEnd({ DATA_DIR: join(dataDir, 'other'), PORT: new URL(system.url).port });
    await system.stop();
    expect(code).toBe(1);
    expect(output).toContain('PORT');
    expect(output).not.toMatch(/\n\s+at /);
  });
});

describe('Stopping', () => {
  it('answers what is in flight, exits with 0, and has everything when it starts again', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'test-planning-stop-'));
    const first = await startStandalone({ dataDir });
    const token = await first.token({ user: 'alice', lab: 'alpha' });
    const client = connect(first.url, token);
    const answers = Array.from({ length: 50 }, (_, index) => client.request(create, { name: `Experiment ${index}` }));
    await Promise.race(answers);
    const code = await first.terminate();
    const created = (await Promise.allSettled(answers)).flatMap((answer) =>
      answer.status === 'fulfilled' && answer.value.data?.createExperiment?.outcome ? [answer.value.data.createExperiment.subjectId] : [],
    );
    await client.close();
    expect(code).toBe(0);
    expect(created.length).toBeGreaterThan(0);

    const second = await startStandalone({ dataDir });
    const again = connect(second.url, token);
    const { experiments } = await again.data('{ experiments(first: 100) { nodes { id } } }');
    const there = new Set(experiments.nodes.map(({ id }: { id: string }) => id));
    expect(created.filter((id: string) => !there.has(id))).toEqual([]);
    await again.close();
    await second.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });
});
