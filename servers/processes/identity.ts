import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { ProcessIdentity } from '../server';

/** Fields of /proc/<pid>/stat behind the name, which is in parentheses and may hold anything: proc_pid_stat(5), counted from state = 0. */
const STATE = 0;
const START_TIME = 19;

const beganOnLinux = (pid: number): string | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie has ended; nobody has asked for its exit code yet, and in a container without an init nobody ever may.
    if (fields[STATE] === 'Z' || fields[STATE] === 'X') return undefined;
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot}/${fields[START_TIME] ?? ''}`;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return undefined;
    throw error;
  }
};

const beganElsewhere = (pid: number): string | undefined => {
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } }).trim() || undefined;
  } catch (error) {
    // ps tells by its exit code that there is no such process.
    if ((error as { status?: number }).status === 1) return undefined;
    throw error;
  }
};

const began = process.platform === 'linux' ? beganOnLinux : beganElsewhere;

/** Undefined when no such process runs. */
export const identify = (pid: number): ProcessIdentity | undefined => {
  const when = began(pid);
  return when === undefined ? undefined : { pid, began: when };
};

/** Whether it is still that very process, and not another one that was given its pid. */
export const isRunning = ({ pid, began }: ProcessIdentity): boolean => identify(pid)?.began === began;
