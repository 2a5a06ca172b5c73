import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { endProcess } from './end-process';
import { identify, isRunning } from './identity';

const running: ChildProcess[] = [];
const start = async (script: string): Promise<number> => {
  const child = spawn('node', ['-e', `${script}; setInterval(() => undefined, 1e6); console.log('up')`], { stdio: ['ignore', 'pipe', 'inherit'] });
  running.push(child);
  await once(child.stdout, 'data');
  if (child.pid === undefined) throw new Error('No process');
  return child.pid;
};
const identityOf = (pid: number) => {
  const identity = identify(pid);
  if (!identity) throw new Error(`No process ${pid}`);
  return identity;
};

describe('ending a process', () => {
  afterEach(() => {
    for (const child of running.splice(0)) child.kill('SIGKILL');
  });

  it('asks first', async () => {
    const identity = identityOf(await start(''));
    expect(isRunning(identity)).toBe(true);
    expect(await endProcess(identity, 10_000)).toBe('ended');
    expect(isRunning(identity)).toBe(false);
  });

  it('kills one that does not listen', async () => {
    const identity = identityOf(await start(`process.on('SIGTERM', () => undefined)`));
    expect(await endProcess(identity, 200)).toBe('killed');
    expect(isRunning(identity)).toBe(false);
  });

  it('leaves alone whoever has the pid by now', async () => {
    const stranger = identityOf(await start(''));
    expect(await endProcess({ ...stranger, began: 'another time' }, 1_000)).toBe('ended');
    expect(isRunning(stranger)).toBe(true);
  });

  it('counts as ended who is a zombie', async () => {
    const parent = spawn('sh', ['-c', 'sleep 600 & echo $!; exec sleep 600'], { stdio: ['ignore', 'pipe', 'inherit'] });
    running.push(parent);
    const [told] = (await once(parent.stdout, 'data')) as [Buffer];
    // The shell has become a sleep, which asks for no child's exit code.
    expect(await endProcess(identityOf(Number(told.toString())), 10_000)).toBe('ended');
  });
});
