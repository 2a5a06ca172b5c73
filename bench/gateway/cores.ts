import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

/** The server that is measured has a core to itself; whatever feeds it and whoever calls it share the other. */
const SERVER_CORE = 0;
const OTHERS_CORE = 1;

/** Where processes can't be tied to cores, what keeps them from it, in a sentence. */
export const whyNotPinned: string | undefined = (() => {
  if (process.platform !== 'linux') return `Processes are not tied to cores: ${process.platform} has no taskset`;
  if (availableParallelism() < 2) return 'Processes are not tied to cores: there is only one';
  try {
    execFileSync('taskset', ['-V'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'Processes are not tied to cores: there is no taskset (util-linux)';
  }
})();

/** A command line that runs the given one on its core. */
export const onCore = (of: 'server' | 'others', command: readonly string[]): readonly string[] =>
  whyNotPinned === undefined ? ['taskset', '-c', String(of === 'server' ? SERVER_CORE : OTHERS_CORE), ...command] : command;

/** Puts this process, which makes the load, beside the subgraphs. */
export const joinTheOthers = (): void => {
  if (whyNotPinned === undefined) execFileSync('taskset', ['-acp', String(OTHERS_CORE), String(process.pid)], { stdio: 'ignore' });
};
