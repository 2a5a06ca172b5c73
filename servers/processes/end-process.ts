import { setTimeout as delay } from 'node:timers/promises';
import type { ProcessIdentity } from '../server';
import { isRunning } from './identity';

const LOOK_EVERY_MS = 50;

const signal = (identity: ProcessIdentity, name: NodeJS.Signals): void => {
  if (!isRunning(identity)) return;
  try {
    process.kill(identity.pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
};

const gone = async (identity: ProcessIdentity, withinMs: number): Promise<boolean> => {
  const begun = performance.now();
  while (isRunning(identity)) {
    if (performance.now() - begun > withinMs) return false;
    await delay(LOOK_EVERY_MS);
  }
  return true;
};

/** Asks a process to end, and kills it when it has not after `graceMs`. A pid that means another process by now is left alone. */
export const endProcess = async (identity: ProcessIdentity, graceMs: number): Promise<'ended' | 'killed'> => {
  signal(identity, 'SIGTERM');
  if (await gone(identity, graceMs)) return 'ended';
  signal(identity, 'SIGKILL');
  if (!(await gone(identity, graceMs))) throw new Error(`Process ${identity.pid} goes on after SIGKILL`);
  return 'killed';
};
