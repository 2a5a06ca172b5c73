import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { buildSync } from 'esbuild';
import { counterStream, counterView, counterWorker, type CounterDocument } from '../../testing/counter';
import { eventually } from '../../testing/eventually';
import { startCountingSystem, type Heard } from './counting-system';

const KILLS = 8;
const COUNTERS = Array.from({ length: 7 }, (_, index) => `c${index}`);

describe('a process that is killed again and again', () => {
  let dir: string;
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'test-planning-'));
    buildSync({
      entryPoints: [join(__dirname, 'process.ts')], outfile: join(dir, 'process.cjs'), bundle: true, platform: 'node', format: 'cjs', packages: 'external', logLevel: 'error',
    });
  });
  afterAll(() => {
    rmSync(dir, { recursive: true });
  });

  /** Runs a process until it has said so often that something was accepted, and kills it there. */
  const runAndKill = async (first: number, lines: number): Promise<number[]> => {
    const accepted: number[] = [];
    const child = spawn(process.execPath, [join(dir, 'process.cjs'), join(dir, 'data'), String(first)], {
      stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, NODE_PATH: join(__dirname, '../../../node_modules') },
    });
    const exit = once(child, 'exit');
    for await (const line of createInterface({ input: child.stdout })) {
      accepted.push(Number(line));
      if (accepted.length === lines) child.kill('SIGKILL');
    }
    await exit;
    expect(child.signalCode).toBe('SIGKILL');
    return accepted;
  };

  it('has decided every accepted command once, tells of each once, and its views agree', async () => {
    const accepted: number[] = [];
    for (let kill = 0; kill < KILLS; kill += 1) {
      accepted.push(...(await runAndKill(accepted.length === 0 ? 0 : Math.max(...accepted) + 1000, 1 + Math.floor(Math.random() * 300))));
    }
    const system = await startCountingSystem(join(dir, 'data'));
    await eventually(async () => {
      const lag = [...(await system.database.log.lag(counterWorker.group)), ...(await system.database.log.lag('listener'))];
      expect(lag.reduce((sum, each) => sum + each.lag, 0)).toBe(0);
    });

    const streams = await system.counters.events.read(COUNTERS.map(counterStream));
    const commits = [...streams.values()].flat();
    const handled = commits.map(({ message }) => message.id);
    expect(new Set(handled).size).toBe(handled.length);
    expect(accepted.filter((number) => !new Set(handled).has(`m${number}`))).toEqual([]);
    for (const counter of COUNTERS) {
      const own = streams.get(counterStream(counter)) ?? [];
      expect(own.map(({ sequence }) => sequence)).toEqual(own.map((_, index) => index + 1));
      const total = own.flatMap(({ result }) => (result.kind === 'accepted' ? result.events : [])).reduce((sum, { data }) => sum + (data as { amount: number }).amount, 0);
      const views = await system.counters.views.get<CounterDocument>(counterView.name, 'lab', [counter]);
      expect(views.get(counter)).toEqual({ total, sequence: own.length });
    }

    const { entries, head } = await system.listener.feeds.read<Heard>({ feed: 'heard', owner: 'lab', direction: 'ascending', limit: 1_000_000 });
    expect(head).toBe(commits.length);
    expect(entries.map(({ number }) => number)).toEqual(commits.map((_, index) => index + 1));
    expect(new Set(entries.map(({ entry }) => entry.message)).size).toBe(commits.length);
    await system.stop();
  }, 60_000);
});
