import { parseArgs } from 'node:util';
import { ConfigError, requireVariable } from '@test-planning/kernel/configuration';
import { inASentence } from '@test-planning/kernel/lifecycle';
import { LAB_PATTERN } from '@test-planning/kernel/messaging';
import { dataDirVariable } from './data-dir';
import { openKeys } from './keys';
import { issueToken } from './tokens';
import { demoUsers, scientistScopes } from './users';

const usage = 'Usage: npm run -s token -- --user NAME [--lab LAB] [--scopes "experiments:read methods:read"] [--expires SECONDS]';

const warn = (message: string): void => {
  process.stderr.write(`${message}\n`);
};

/** Prints a token for scripts, signed with the keys in DATA_DIR; `--user` and `--lab` may name anybody. */
const main = async (): Promise<void> => {
  const { values } = parseArgs({
    options: { user: { type: 'string' }, lab: { type: 'string' }, scopes: { type: 'string' }, expires: { type: 'string', default: '3600' } },
  });
  const user = demoUsers.find(({ userId }) => userId === values.user);
  const lab = values.lab ?? user?.lab;
  const seconds = Number(values.expires);
  if (!values.user?.trim()) throw new ConfigError(`--user is missing. ${usage}`);
  if (!lab || !LAB_PATTERN.test(lab)) throw new ConfigError(`--lab has to be letters, digits, '.', '_' or '-'. ${usage}`);
  if (!Number.isSafeInteger(seconds) || seconds < 1) throw new ConfigError(`--expires has to be a whole number of seconds, at least 1. ${usage}`);
  const scopes = values.scopes === undefined ? (user?.scopes ?? scientistScopes) : values.scopes.split(/[\s,]+/).filter(Boolean);
  const keys = await openKeys(requireVariable(dataDirVariable, process.env), warn);
  const { token } = await issueToken(keys, { userId: values.user, name: user?.name ?? values.user, lab, scopes }, seconds);
  process.stdout.write(`${token}\n`);
};

main().catch((error: unknown) => {
  const isUsage = (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS');
  process.stderr.write(`${isUsage ? (error as Error).message : inASentence(error)}\n`);
  process.exitCode = 1;
});
