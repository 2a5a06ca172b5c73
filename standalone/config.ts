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

/** @throws {ConfigError} naming the first setting that is malformed. */
export const readConfig = (environment: Readonly<Record<string, string | undefined>>): StandaloneConfig => ({
  port: whole('PORT', environment.PORT ?? '4000', 0, 65_535),
  host: environment.HOST ?? '127.0.0.1',
  dataDir: resolve(environment.DATA_DIR ?? './data'),
  logLevel: logLevel(environment.LOG_LEVEL ?? 'warn'),
  processDeadlineMs: whole('PROCESS_DEADLINE_MS', environment.PROCESS_DEADLINE_MS ?? '30000', 100, 86_400_000),
});
