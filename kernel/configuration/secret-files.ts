import { readFileSync } from 'node:fs';
import { ConfigError } from './config-error';
import type { Environment, Variable } from './variable';

/**
 * The environment with the contents of the files that NAME_FILE names for the secrets among the variables, as orchestrators mount them; a
 * line break at the end doesn't count.
 * @throws {ConfigError} when a file can't be read, or a secret is given both ways.
 */
export const withSecretFiles = (variables: readonly Variable<unknown>[], environment: Environment): Environment => {
  const read = variables.filter(({ secret }) => secret).flatMap(({ name }): [string, string][] => {
    const file = environment[`${name}_FILE`];
    if (!file) return [];
    if (environment[name]) throw new ConfigError(`${name} and ${name}_FILE are both given: leave one out.`);
    return [[name, contentsOf(file, `${name}_FILE`)]];
  });
  return { ...environment, ...Object.fromEntries(read) };
};

const contentsOf = (file: string, name: string): string => {
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    throw new ConfigError(`${name} has to name a file that can be read (${(error as Error).message}).`, { cause: error });
  }
};
