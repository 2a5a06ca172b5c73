import { resolve } from 'node:path';

export interface StandaloneConfig {
  /** 0 takes a free one. */
  port: number;
  host: string;
  /** Where the database and the keys lie; made when it isn't there. */
  dataDir: string;
  logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  /** How long processes have before they compensate, in milliseconds. */
  processDeadlineMs: number;
}

/** A setting that can't be used; the message names it. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

const whole = (name: string, text: string, low: number, high: number): number => {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < low || value > high) {
    throw new ConfigError(`${name} has to be a whole number from ${low} to ${high}, not "${text}".`);
  }
  return value;
};

const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;

const logLevel = (text: string): StandaloneConfig['logLevel'] => {
  const level = logLevels.find((candidate) => candidate === text);
  if (!level) throw new ConfigError(`LOG_LEVEL has to be one of ${logLevels.join(', ')}, not "${text}".`);
  return level;
};

export const DEFAULT_DATA_DIR = resolve('./data');

/**
 * A setting that is empty counts as left out, as compose files and shells make them.
 * @throws {ConfigError} naming the first setting that is malformed.
 */
export const readConfig = (environment: Readonly<Record<string, string | undefined>>): StandaloneConfig => {
  const setting = (name: string, otherwise: string): string => environment[name] || otherwise;
  return {
    port: whole('PORT', setting('PORT', '4000'), 0, 65_535),
    host: setting('HOST', '127.0.0.1'),
    dataDir: resolve(setting('DATA_DIR', DEFAULT_DATA_DIR)),
    logLevel: logLevel(setting('LOG_LEVEL', 'warn')),
    processDeadlineMs: whole('PROCESS_DEADLINE_MS', setting('PROCESS_DEADLINE_MS', '30000'), 100, 86_400_000),
  };
};
