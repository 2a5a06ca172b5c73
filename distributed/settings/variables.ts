import {
  addressWith, allowedHostsVariable, corsOriginsVariable, hostVariable, listOf, logLevelVariable, matching, maxCostVariable, oneOf, processDeadlineVariable, rateLimitVariable, secretOf, text, trueOrFalse,
  wholeNumber, type Variable,
} from '@test-planning/kernel/configuration';
import { dataDirVariable } from '@test-planning/sign-in';
import { servings, type ProcessDefinition, type Serving } from '../topology';
import { subgraphAddresses, type SubgraphAddresses } from './subgraph-addresses';

const whole = (name: string, decides: string, low: number, high: number, otherwise: number): Variable<number> =>
  ({ name, decides, parser: wholeNumber(low, high), otherwise: String(otherwise) });

const string = (name: string, decides: string): Variable<string> => ({ name, decides, parser: text });

/** Every variable that a process may read but PORT, whose default is the process' own (see topology.ts). */
export const everyProcess = {
  host: hostVariable,
  logLevel: logLevelVariable('info'),
  drainMs: whole('DRAIN_MS', 'how long what is in hand may take, in milliseconds, when the process is asked to stop; what isn\'t done by then is done again by another', 0, 9_000, 8_000),
};

const namePrefix = matching(/^[A-Za-z0-9._-]{0,60}$/, 'letters, digits, ".", "_" or "-"');

export const kafka = {
  brokers: {
    name: 'KAFKA_BROKERS', decides: 'where Kafka is: some of its brokers',
    parser: listOf(matching(/^(\[[0-9A-Fa-f:]+\]|[^\s:/[\]]+):\d{1,5}$/, 'host:port')),
  } satisfies Variable<readonly string[]>,
  prefix: { name: 'KAFKA_PREFIX', decides: 'what stands before the names of topics and groups, so that several systems can share a cluster', parser: namePrefix } satisfies Variable<string>,
  partitions: whole('KAFKA_PARTITIONS', 'partitions of each topic, and so how many workers of one kind can share its work; fixed once the topics are made', 1, 1_000, 12),
  replication: whole('KAFKA_REPLICATION', 'copies of each topic; fixed once the topics are made', 1, 9, 1),
  minInsyncReplicas: whole('KAFKA_MIN_INSYNC_REPLICAS', 'copies that have to be written before a message counts as appended', 1, 9, 1),
  commandsKeepHours: whole('KAFKA_COMMANDS_KEEP_HOURS', 'how long commands are kept at least; they go when every group has handled them. Events are kept for ever', 1, 87_600, 168),
  ssl: { name: 'KAFKA_SSL', decides: 'whether Kafka is spoken to by TLS', parser: trueOrFalse, otherwise: 'false' } satisfies Variable<boolean>,
  saslMechanism: {
    name: 'KAFKA_SASL_MECHANISM', decides: 'how processes sign in to Kafka; left out: not at all', parser: oneOf(['plain', 'scram-sha-256', 'scram-sha-512']),
  } satisfies Variable<'plain' | 'scram-sha-256' | 'scram-sha-512'>,
  saslUsername: string('KAFKA_SASL_USERNAME', 'as whom; needed with a mechanism'),
  saslPassword: { ...string('KAFKA_SASL_PASSWORD', 'with what password; needed with a mechanism'), secret: true },
};

export const mongodb = {
  url: {
    name: 'MONGODB_URL', decides: 'where MongoDB is, a replica set', secret: true,
    parser: matching(/^mongodb(\+srv)?:\/\/\S+$/, 'an address that begins with mongodb:// or mongodb+srv://'),
  } satisfies Variable<string>,
  databasePrefix: {
    name: 'MONGODB_DATABASE_PREFIX', decides: 'what stands before the service\'s name in the names of databases', otherwise: 'test-planning',
    parser: matching(/^[A-Za-z0-9_-]{1,40}$/, '1 to 40 letters, digits, "_" or "-"'),
  } satisfies Variable<string>,
};

const secret = (name: string, decides: string): Variable<string> => ({ name, decides, parser: secretOf(32), secret: true });

export const identitySecret = secret('IDENTITY_SECRET', 'with what the gateway vouches to the APIs for who asks; the same in all of them');

export const api = {
  cursorSecret: secret('CURSOR_SECRET', 'with what cursors are signed; the same in all APIs, and for as long as cursors are to be good'),
  serving: {
    name: 'SERVE', decides: 'which part of its subgraph the API serves: mutations, everything else, or all of it (--serve does the same)', parser: oneOf(servings), otherwise: 'both',
  } satisfies Variable<Serving>,
};

const addresses = (name: string, decides: string): Variable<SubgraphAddresses> => ({ name, decides, parser: subgraphAddresses });

export const gateway = {
  subgraphUrls: addresses('SUBGRAPH_URLS', 'where the APIs are, as experiments=http://host:4001/graphql; several of one, separated by "|", take turns. Left out: at localhost'),
  mutationUrls: addresses('MUTATION_URLS', 'where mutations go instead, in the same form'),
  corsOrigins: corsOriginsVariable,
  allowedHosts: { ...allowedHostsVariable, decides: `${allowedHostsVariable.decides}. Left out: all, unless HOST is a loopback address` },
  maxCost: maxCostVariable,
  rateLimit: rateLimitVariable,
  signIn: { name: 'SIGN_IN', decides: 'demo: the embedded sign-in, with the people of the README; none: tokens come from an identity provider of yours', parser: oneOf(['none', 'demo']), otherwise: 'none' } satisfies Variable<'none' | 'demo'>,
  dataDir: { ...dataDirVariable, decides: 'the directory of the embedded sign-in\'s keys; made when it isn\'t there' },
  jwks: { name: 'JWKS', decides: 'where the public keys of the tokens\' issuer are; needed without the embedded sign-in', parser: addressWith(['http', 'https']) } satisfies Variable<URL>,
  issuer: string('ISSUER', 'what a token has to say in its claim iss; needed likewise'),
  audience: string('AUDIENCE', 'what a token has to say in its claim aud; needed likewise'),
  algorithms: { name: 'ALGORITHMS', decides: 'the signature algorithms to accept; left out: all asymmetric ones', parser: listOf(matching(/^[A-Za-z0-9-]+$/, 'an algorithm as EdDSA')) } satisfies Variable<readonly string[]>,
};

/** Some variables, and which processes read them. */
export interface VariableGroup {
  /** As a person would say it. */
  readonly readBy: string;
  readonly isReadBy: (process: ProcessDefinition) => boolean;
  readonly variables: readonly Variable<unknown>[];
}

const needs = (server: 'kafka' | 'mongodb') => (process: ProcessDefinition): boolean => process.needs.servers.includes(server);

export const variableGroups: readonly VariableGroup[] = [
  { readBy: 'all', isReadBy: () => true, variables: Object.values(everyProcess) },
  { readBy: 'workers, and the APIs of experiments and methods', isReadBy: needs('kafka'), variables: Object.values(kafka) },
  { readBy: 'workers and APIs', isReadBy: needs('mongodb'), variables: Object.values(mongodb) },
  { readBy: 'APIs and gateway', isReadBy: ({ kind }) => kind !== 'worker', variables: [identitySecret] },
  { readBy: 'APIs', isReadBy: ({ kind }) => kind === 'api', variables: Object.values(api) },
  { readBy: 'saga-worker', isReadBy: ({ name }) => name === 'saga-worker', variables: [processDeadlineVariable] },
  { readBy: 'gateway', isReadBy: ({ kind }) => kind === 'gateway', variables: Object.values(gateway) },
];
