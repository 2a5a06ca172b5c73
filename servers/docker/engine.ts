import { runTool } from '../processes/run-tool';
import { ServersError } from '../servers-error';

/** An engine answers at once, or it isn't one that anybody waits for. */
const ASK_MS = 5_000;

export type Engine = { kind: 'engine' } | { kind: 'none'; reason: string };

const asked = async (args: readonly string[]): Promise<boolean> => {
  try {
    await runTool({ command: 'docker', args, ifMissing: 'There is no `docker` on the PATH.', timeoutMs: ASK_MS });
    return true;
  } catch (error) {
    if (error instanceof ServersError) return false;
    throw error;
  }
};

/** Whether there is a Docker engine with the compose plugin: the command alone may be there without either. */
export const findEngine = async (): Promise<Engine> => {
  if (!(await asked(['version', '--format', '{{.Server.Version}}']))) return { kind: 'none', reason: 'no Docker engine' };
  if (!(await asked(['compose', 'version']))) return { kind: 'none', reason: 'a Docker engine without its compose plugin' };
  return { kind: 'engine' };
};
