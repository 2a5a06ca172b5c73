import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { ProcessIdentity } from '../server';
import { ServersError } from '../servers-error';
import { identify } from './identity';
import { lastLines } from './run-tool';

interface Detached {
  identity: ProcessIdentity;
  /** Aborted, with the end of what it printed, when the process ends. */
  ended: AbortSignal;
}

/** Empty when whoever ended the process has deleted its files. */
const endOf = (output: string): string => (existsSync(output) ? lastLines(readFileSync(output, 'utf8')) : '');

/** Starts a process that outlives this one; what it prints goes to a file, which is begun anew. @throws {ServersError} */
export const startDetached = async (command: string, args: readonly string[], { cwd, output }: { cwd: string; output: string }): Promise<Detached> => {
  mkdirSync(dirname(output), { recursive: true });
  const file = openSync(output, 'w');
  const child = spawn(command, args, { cwd, detached: true, stdio: ['ignore', file, file] });
  closeSync(file);
  const ended = new AbortController();
  child.once('exit', (code, signal) => {
    ended.abort(new ServersError(`\`${command}\` ended at once (${signal ?? `exit code ${String(code)}`}). The end of ${output}:\n${endOf(output)}`));
  });
  const started = Promise.withResolvers<undefined>();
  child.once('error', started.reject);
  child.once('spawn', () => {
    started.resolve(undefined);
  });
  await started.promise;
  child.unref();
  const identity = child.pid === undefined ? undefined : identify(child.pid);
  if (!identity) throw new ServersError(`\`${command}\` ended at once: see ${output}`);
  return { identity, ended: ended.signal };
};
