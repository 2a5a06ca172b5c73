import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { ask } from './clients/http';

const READY_WITHIN_MS = 60_000;
const STOPPED_WITHIN_MS = 30_000;
const ASK_AGAIN_MS = 50;
const KEPT_OUTPUT = 10_000;
const KIBIBYTE = 1_024;

/** What a command's placeholders stand for: `{supergraph}` is a file. */
type Placeholders = Readonly<Record<'supergraph' | 'port' | 'jwks' | 'issuer' | 'audience', string>>;

/** A gateway under test that the suite has started itself, and so may stop, measure, and give another supergraph. */
export interface StartedGateway {
  readonly url: string;
  /** Resident memory of the process, in bytes; undefined where there is no /proc. */
  memory(): number | undefined;
  /** Writes another supergraph to the file that it was started with. */
  serve(sdl: string): void;
  signal(signal: NodeJS.Signals): void;
  /** Resolves with the exit code; null if a signal ended it. */
  readonly exited: Promise<number | null>;
  /** SIGTERM, and SIGKILL if that takes half a minute. */
  stop(): Promise<void>;
}

/** Starts a gateway by a command line for /bin/sh, in which words such as `{port}` stand for what it is told. @throws {Error} with what it printed, if it does not answer within a minute. */
export const startGateway = async (command: string, path: string, sdl: string, placeholders: Placeholders): Promise<StartedGateway> => {
  writeFileSync(placeholders.supergraph, sdl);
  const line = command.replace(/\{(\w+)\}/g, (word, name: string) => placeholders[name as keyof Placeholders] ?? word);
  // exec, so that signals reach the gateway and not the shell in front of it.
  const child = spawn('/bin/sh', ['-c', `exec ${line}`], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => { output = (output + chunk.toString()).slice(-KEPT_OUTPUT); });
  const exited = new Promise<number | null>((resolve) => {
    child.once('exit', resolve);
    child.once('error', () => resolve(null));
  });
  const isOver = (): boolean => child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
  const started: StartedGateway = {
    url: `http://127.0.0.1:${placeholders.port}${path}`,
    memory() {
      try {
        const [, kibibytes] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${child.pid ?? 0}/status`, 'utf8')) ?? [];
        return kibibytes === undefined ? undefined : Number(kibibytes) * KIBIBYTE;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    },
    serve: (other) => writeFileSync(placeholders.supergraph, other),
    signal: (signal) => void child.kill(signal),
    exited,
    async stop() {
      if (isOver()) return;
      const late = setTimeout(() => child.kill('SIGKILL'), STOPPED_WITHIN_MS);
      child.kill('SIGTERM');
      await exited;
      clearTimeout(late);
    },
  };
  for (const late = performance.now() + READY_WITHIN_MS; performance.now() < late && !isOver(); await pause(ASK_AGAIN_MS)) {
    const answer = await ask(started.url, '{ __typename }').catch(() => undefined);
    if (answer?.status === 200 && answer.data) return started;
  }
  await started.stop();
  throw new Error(`The gateway does not answer at ${started.url}:\n${line}\n${output}`);
};
