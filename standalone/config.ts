import {
  allowedHostsVariable, corsOriginsVariable, hostVariable, logLevelVariable, maxCostVariable, portVariable, processDeadlineVariable, rateLimitVariable, readVariable, requireVariable, type Environment,
  type Rate,
} from '@test-planning/kernel/configuration';
import type { LogLevel } from '@test-planning/kernel/telemetry';
import { dataDirVariable } from '@test-planning/sign-in';

export interface StandaloneConfig {
  /** 0 takes a free one. */
  port: number;
  host: string;
  /** Where the database and the keys lie; made when it isn't there. */
  dataDir: string;
  logLevel: LogLevel;
  /** Pages of these origins may call from a browser. */
  corsOrigins?: readonly string[];
  /** Names of this server beside loopback names and `host`. Default: none. */
  allowedHosts?: readonly string[];
  /** How long processes have before they compensate, in milliseconds. */
  processDeadlineMs: number;
  /** Of one operation, by the gateway's estimate. */
  maxCost: number;
  /** Of one identity, in units of cost. */
  rateLimit: Rate | 'off';
}

/** @throws {ConfigError} naming the first setting that is malformed. */
export const readConfig = (environment: Environment): StandaloneConfig => {
  const corsOrigins = readVariable(corsOriginsVariable, environment);
  return {
    port: requireVariable(portVariable(4000), environment),
    host: requireVariable(hostVariable, environment),
    dataDir: requireVariable(dataDirVariable, environment),
    logLevel: requireVariable(logLevelVariable('warn'), environment),
    processDeadlineMs: requireVariable(processDeadlineVariable, environment),
    maxCost: requireVariable(maxCostVariable, environment),
    rateLimit: requireVariable(rateLimitVariable, environment),
    ...(corsOrigins && { corsOrigins }),
    allowedHosts: readVariable(allowedHostsVariable, environment) ?? [],
  };
};
