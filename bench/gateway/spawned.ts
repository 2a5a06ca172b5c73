import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { within } from '../../tests/system/within';
import { onCore } from './cores';

export const root = resolve(__dirname, '../..');

const READY_WITHIN_MS = 60_000;
const STOPPED_WITHIN_MS = 15_000;
const KEPT_OUTPUT = 20_000;

export interface Spawned {
  readonly pid: number;
  readonly child: ChildProcess;
  /** The end of what it printed, both streams. */
  output(): string;
  /** Waits until what it has printed matches. @throws {Error} with what it printed, if it ends first or takes a minute. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
  /** Waits until it is gone: SIGTERM (SIGKILL if that takes 15 s), or the signal given. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

interface SpawnOptions {
  readonly on: 'server' | 'others';
  readonly environment?: Readonly<Record<string, string>>;
}

/** Starts a process on its core, as it would run in production. */
export const start = (command: readonly string[], { on, environment = {} }: SpawnOptions): Spawned => {
  const [file = '', ...args] = onCore(on, command);
  const child = spawn(file, args, { cwd: root, env: { ...process.env, NODE_ENV: 'production', ...environment }, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  // Whatever ends the bench: a gateway that it left behind would take the core from the next run.
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.removeListener('exit', kill));
  let output = '';
  const news = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      output = (output + chunk.toString('utf8')).slice(-KEPT_OUTPUT);
      for (const tell of news) tell();
    });
  }
  const ended = new Promise<void>((settle) => {
    child.once('exit', () => settle());
    child.once('error', (error) => {
      output += error.message;
      settle();
    });
  });
  const gone = (): boolean => child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
  const { pid = 0 } = child;
  return {
    pid, child,
    output: () => output,
    printed: (pattern) => within(READY_WITHIN_MS, `${command.join(' ')} to be ready`, new Promise<RegExpExecArray>((found, reject) => {
      const look = (): void => {
        const match = pattern.exec(output);
        if (match) {
          news.delete(look);
          found(match);
        }
      };
      news.add(look);
      look();
      void ended.then(() => reject(new Error(`${command.join(' ')} ended before it was ready:\n${output}`)));
    })),
    stop: async (signal = 'SIGTERM') => {
      if (gone()) return;
      const late = setTimeout(() => child.kill('SIGKILL'), STOPPED_WITHIN_MS);
      child.kill(signal);
      await ended;
      clearTimeout(late);
    },
  };
};

/** The next message that a process of the bench's own sends. */
export const message = async (from: Spawned, withinMs: number, what: string): Promise<unknown> => {
  const [told] = (await within(withinMs, what, Promise.race([once(from.child, 'message'), once(from.child, 'exit')]))) as [unknown];
  if (told === null || typeof told === 'number') throw new Error(`It ended (${String(told)}) while it was awaited: ${what}\n${from.output()}`);
  return told;
};

/** One of the bench's own processes, built beside this one. */
export const ownProcess = (name: string): readonly string[] => [process.execPath, resolve(__dirname, 'gateway', `${name}.js`)];
