import { ConfigError } from './config-error';
import type { Parser } from './parsers';

export type Environment = Readonly<Record<string, string | undefined>>;

/** A setting from the environment, declared once. */
export interface Variable<Value> {
  readonly name: string;
  /** What it decides, in a few words. */
  readonly decides: string;
  readonly parser: Parser<Value>;
  /** What holds when it is left out, as it would be written. Undefined: it has no value then. */
  readonly otherwise?: string;
  /** Nobody may see it: no error shows it, and it can be given in a file, which NAME_FILE names. */
  readonly secret?: boolean;
}

/**
 * What a setting says, or what holds without it. One that is empty counts as left out, as compose files and shells make them.
 * @throws {ConfigError} when it is malformed.
 */
export const readVariable = <Value>({ name, parser, otherwise, secret = false }: Variable<Value>, environment: Environment): Value | undefined => {
  const given = environment[name] || otherwise;
  if (given === undefined) return undefined;
  const value = parser.parse(given);
  if (value === undefined) throw new ConfigError(`${name} has to be ${parser.expected}${secret ? '' : `, not "${given}"`}.`);
  return value;
};

/** @throws {ConfigError} when it is malformed, or left out with nothing that holds instead. */
export const requireVariable = <Value>(variable: Variable<Value>, environment: Environment): Value => {
  const value = readVariable(variable, environment);
  if (value === undefined) throw new ConfigError(`${variable.name} is missing: ${variable.decides}. It has to be ${variable.parser.expected}.`);
  return value;
};
