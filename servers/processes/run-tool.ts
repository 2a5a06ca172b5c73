import { execFile } from 'node:child_process';
import { ServersError } from '../servers-error';

interface ToolRun {
  command: string;
  args: readonly string[];
  /** What the person is told when there is no such tool. */
  ifMissing: string;
  timeoutMs: number;
  cwd?: string;
  env?: Readonly<Record<string, string | undefined>>;
}

const LAST_LINES = 8;

/** The end of what a tool printed: what went wrong stands there. */
export const lastLines = (text: string): string => text.trimEnd().split('\n').slice(-LAST_LINES).join('\n');

/** Runs a tool to its end; what it printed, both streams. @throws {ServersError} when it is missing, fails or takes longer. */
export const runTool = ({ command, args, ifMissing, timeoutMs, cwd, env }: ToolRun): Promise<string> => {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  execFile(command, args, { timeout: timeoutMs, cwd, env: env ? { ...process.env, ...env } : process.env, encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 }, (error, stdout, stderr) => {
    if (!error) {
      resolve(`${stdout}${stderr}`);
      return;
    }
    if (error.code === 'ENOENT') {
      reject(new ServersError(ifMissing));
      return;
    }
    const what = error.killed ? `took more than ${timeoutMs / 1000} s` : `failed (${String(error.code ?? error.signal)})`;
    reject(new ServersError(`\`${command} ${args.join(' ')}\` ${what}:\n${lastLines(`${stdout}\n${stderr}`)}`, { cause: error }));
  });
  return promise;
};
