import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import type { TokenRequest } from './system';

const run = promisify(execFile);

/** A token from the command that `npm run -s token` runs, signed with the keys of a data directory. */
export const tokenFrom = async (dataDir: string, { user, lab, scopes, expires }: TokenRequest): Promise<string> => {
  const options = [
    '--user',
    user,
    '--lab',
    lab,
    ...(scopes === undefined ? [] : ['--scopes', scopes]),
    ...(expires === undefined ? [] : ['--expires', String(expires)]),
  ];
  const { stdout } = await run('node', ['dist/sign-in/token.js', ...options], {
    cwd: resolve(__dirname, '../..'),
    env: { ...process.env, DATA_DIR: dataDir },
  });
  return stdout.trim();
};
