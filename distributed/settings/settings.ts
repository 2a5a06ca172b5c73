import {
  ConfigError, portVariable, processDeadlineVariable, readVariable, requireVariable, withSecretFiles, type Environment, type Rate, type Variable,
} from '@test-planning/kernel/configuration';
import type { LogLevel } from '@test-planning/kernel/telemetry';
import type { ApiDefinition, GatewayDefinition, ProcessDefinition, ServerName, ServiceName, Serving, WorkerDefinition } from '../topology';
import type { SubgraphAddresses } from './subgraph-addresses';
import * as variables from './variables';

interface CommonSettings {
  name: string;
  host: string;
  /** 0 takes a free one. */
  port: number;
  logLevel: LogLevel;
  drainMs: number;
}

export interface KafkaSettings {
  brokers: readonly string[];
  prefix: string;
  ssl: boolean;
  sasl: { mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512'; username: string; password: string } | undefined;
  topics: { partitions: number; replication: number; minInsyncReplicas: number };
  commandsKeepMs: number;
}

export interface MongodbSettings {
  url: string;
  databasePrefix: string;
}

export interface ApiSettings extends CommonSettings {
  kind: 'api';
  service: ServiceName;
  serving: Serving;
  identitySecret: string;
  cursorSecret: string;
  /** Undefined when what is served doesn't stand on it. */
  kafka: KafkaSettings | undefined;
  mongodb: MongodbSettings | undefined;
}

export interface WorkerSettings extends CommonSettings {
  kind: 'worker';
  service: ServiceName;
  kafka: KafkaSettings;
  mongodb: MongodbSettings;
  processDeadlineMs: number;
}

export interface GatewaySettings extends CommonSettings {
  kind: 'gateway';
  identitySecret: string;
  subgraphUrls: SubgraphAddresses;
  mutationUrls: SubgraphAddresses;
  corsOrigins: readonly string[] | undefined;
  allowedHosts: readonly string[] | undefined;
  /** Of one operation, by the gateway's estimate. */
  maxCost: number;
  /** Of one identity, in units of cost. */
  rateLimit: Rate | 'off';
  tokens:
    | { from: 'embedded sign-in'; dataDir: string }
    | { from: 'identity provider'; jwks: URL; issuer: string; audience: string; algorithms: readonly string[] | undefined };
}

export type Settings = ApiSettings | WorkerSettings | GatewaySettings;

const HOUR_MS = 60 * 60 * 1000;

/**
 * What the environment says about a process.
 * @throws {ConfigError} naming the first variable that is missing or malformed.
 */
export const readSettings = (process: ProcessDefinition, given: Environment): Settings => {
  const environment = withSecretFiles(variables.variableGroups.flatMap((group) => (group.isReadBy(process) ? group.variables : [])), given);
  switch (process.kind) {
    case 'api':
      return apiSettings(process, environment);
    case 'worker':
      return workerSettings(process, environment);
    case 'gateway':
      return gatewaySettings(process, environment);
  }
};

const commonSettings = ({ name, port }: ProcessDefinition, environment: Environment): CommonSettings => ({
  name,
  host: requireVariable(variables.everyProcess.host, environment),
  port: requireVariable(portVariable(port), environment),
  logLevel: requireVariable(variables.everyProcess.logLevel, environment),
  drainMs: requireVariable(variables.everyProcess.drainMs, environment),
});

const kafkaSettings = (environment: Environment): KafkaSettings => ({
  brokers: requireVariable(variables.kafka.brokers, environment),
  prefix: readVariable(variables.kafka.prefix, environment) ?? '',
  topics: {
    partitions: requireVariable(variables.kafka.partitions, environment),
    replication: requireVariable(variables.kafka.replication, environment),
    minInsyncReplicas: requireVariable(variables.kafka.minInsyncReplicas, environment),
  },
  commandsKeepMs: requireVariable(variables.kafka.commandsKeepHours, environment) * HOUR_MS,
  ssl: requireVariable(variables.kafka.ssl, environment),
  sasl: saslSettings(environment),
});

const saslSettings = (environment: Environment): KafkaSettings['sasl'] => {
  const mechanism = readVariable(variables.kafka.saslMechanism, environment);
  if (!mechanism) return undefined;
  return {
    mechanism,
    username: requireVariable(variables.kafka.saslUsername, environment),
    password: requireVariable(variables.kafka.saslPassword, environment),
  };
};

const mongodbSettings = (environment: Environment): MongodbSettings => ({
  url: requireVariable(variables.mongodb.url, environment),
  databasePrefix: requireVariable(variables.mongodb.databasePrefix, environment),
});

const apiSettings = (process: ApiDefinition, environment: Environment): ApiSettings => {
  const serving = requireVariable(variables.api.serving, environment);
  const servers = standsOn(process, serving);
  return {
    kind: 'api',
    service: process.service,
    serving,
    ...commonSettings(process, environment),
    kafka: servers.includes('kafka') ? kafkaSettings(environment) : undefined,
    mongodb: servers.includes('mongodb') ? mongodbSettings(environment) : undefined,
    identitySecret: requireVariable(variables.identitySecret, environment),
    cursorSecret: requireVariable(variables.api.cursorSecret, environment),
  };
};

const standsOn = ({ name, parts: { commands, queries } }: ApiDefinition, serving: Serving): readonly ServerName[] => {
  if (serving === 'queries') return queries;
  if (serving === 'both') return [...(commands ?? []), ...queries];
  if (!commands) throw new ConfigError(`SERVE has to be queries or both for ${name}, which has no mutations.`);
  return commands;
};

const workerSettings = (process: WorkerDefinition, environment: Environment): WorkerSettings => ({
  kind: 'worker',
  service: process.service,
  ...commonSettings(process, environment),
  kafka: kafkaSettings(environment),
  mongodb: mongodbSettings(environment),
  processDeadlineMs: requireVariable(processDeadlineVariable, environment),
});

const gatewaySettings = (process: GatewayDefinition, environment: Environment): GatewaySettings => ({
  kind: 'gateway',
  ...commonSettings(process, environment),
  identitySecret: requireVariable(variables.identitySecret, environment),
  subgraphUrls: addresses(variables.gateway.subgraphUrls, environment),
  mutationUrls: addresses(variables.gateway.mutationUrls, environment),
  corsOrigins: readVariable(variables.gateway.corsOrigins, environment),
  allowedHosts: readVariable(variables.gateway.allowedHosts, environment),
  maxCost: requireVariable(variables.gateway.maxCost, environment),
  rateLimit: requireVariable(variables.gateway.rateLimit, environment),
  tokens: requireVariable(variables.gateway.signIn, environment) === 'demo'
    ? { from: 'embedded sign-in', dataDir: requireVariable(variables.gateway.dataDir, environment) }
    : {
        from: 'identity provider',
        jwks: requireVariable(variables.gateway.jwks, environment),
        issuer: requireVariable(variables.gateway.issuer, environment),
        audience: requireVariable(variables.gateway.audience, environment),
        algorithms: readVariable(variables.gateway.algorithms, environment),
      },
});

const addresses = (variable: Variable<SubgraphAddresses>, environment: Environment): SubgraphAddresses => readVariable(variable, environment) ?? new Map();
