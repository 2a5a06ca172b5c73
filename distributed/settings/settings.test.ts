import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Variable } from '@test-planning/kernel/configuration';
import { processes, type ProcessDefinition, type ProcessName } from '../topology';
import { readSettings } from './settings';
import { variableGroups } from './variables';

const named = (name: ProcessName): ProcessDefinition => {
  const process = processes.find((candidate) => candidate.name === name);
  if (!process) throw new Error(`There is no ${name}`);
  return process;
};

const secret = 's'.repeat(32);
const kafka = { KAFKA_BROKERS: '127.0.0.1:9092,[::1]:9093' };
const mongodb = { MONGODB_URL: 'mongodb://127.0.0.1/?replicaSet=rs0' };
const all = { ...kafka, ...mongodb, IDENTITY_SECRET: secret, CURSOR_SECRET: secret, SIGN_IN: 'demo' };

describe.each(processes)('$name', (process) => {
  it('starts with what it says that it needs', () => {
    const needed = Object.fromEntries(Object.entries(all).filter(([name]) => process.environment.includes(name) || name === 'SIGN_IN'));
    expect(readSettings(process, needed)).toMatchObject({ kind: process.kind, name: process.name, port: process.port, host: '127.0.0.1', logLevel: 'info' });
  });

  it.each(process.environment)('does not start without %s, and says so', (name) => {
    expect(() => readSettings(process, { ...all, [name]: '' })).toThrow(new RegExp(`^${name} is missing: .+`));
  });
});

it('takes what an API stands on from the part of its subgraph that it serves', () => {
  const secrets = { IDENTITY_SECRET: secret, CURSOR_SECRET: secret };
  expect(readSettings(named('experiments-api'), { ...secrets, ...kafka, SERVE: 'commands' })).toMatchObject({ serving: 'commands', mongodb: undefined });
  expect(readSettings(named('experiments-api'), { ...secrets, ...mongodb, SERVE: 'queries' })).toMatchObject({ serving: 'queries', kafka: undefined });
  expect(readSettings(named('activity-api'), { ...secrets, ...mongodb })).toMatchObject({ serving: 'both', kafka: undefined });
  expect(() => readSettings(named('experiments-api'), { ...secrets, ...mongodb, SERVE: 'both' })).toThrow(/^KAFKA_BROKERS is missing/);
  expect(() => readSettings(named('saga-api'), { ...all, SERVE: 'commands' })).toThrow('SERVE has to be queries or both for saga-api, which has no mutations.');
});

it('takes tokens of an identity provider unless there is an embedded sign-in', () => {
  const provider = { IDENTITY_SECRET: secret, JWKS: 'https://id.example/keys', ISSUER: 'id', AUDIENCE: 'lab' };
  expect(readSettings(named('gateway'), provider)).toMatchObject({ tokens: { from: 'identity provider', issuer: 'id', audience: 'lab', algorithms: undefined } });
  expect(readSettings(named('gateway'), { ...all, DATA_DIR: '/data' })).toMatchObject({ tokens: { from: 'embedded sign-in', dataDir: '/data' } });
  for (const name of ['JWKS', 'ISSUER', 'AUDIENCE']) {
    expect(() => readSettings(named('gateway'), { ...provider, [name]: undefined })).toThrow(new RegExp(`^${name} is missing`));
  }
});

it('takes several addresses of one API', () => {
  const { subgraphUrls } = readSettings(named('gateway'), { ...all, SUBGRAPH_URLS: 'saga=http://a:1/graphql|http://b:2/graphql, methods=http://c/graphql' }) as { subgraphUrls: object };
  expect(subgraphUrls).toEqual(new Map([['saga', ['http://a:1/graphql', 'http://b:2/graphql']], ['methods', ['http://c/graphql']]]));
});

it.each<[ProcessName, Record<string, string>]>([
  ['experiments-worker', { KAFKA_BROKERS: 'broker' }],
  ['experiments-worker', { KAFKA_PARTITIONS: '0' }],
  ['experiments-worker', { KAFKA_SASL_MECHANISM: 'none' }],
  ['experiments-worker', { MONGODB_URL: 'localhost:27017' }],
  ['experiments-worker', { MONGODB_DATABASE_PREFIX: 'a/b' }],
  ['experiments-worker', { DRAIN_MS: 'soon' }],
  ['saga-worker', { PROCESS_DEADLINE_MS: '0' }],
  ['methods-api', { IDENTITY_SECRET: 'short' }],
  ['methods-api', { SERVE: 'all' }],
  ['gateway', { SUBGRAPH_URLS: 'experimets=http://localhost/graphql' }],
  ['gateway', { SUBGRAPH_URLS: 'saga=localhost' }],
  ['gateway', { CORS_ORIGINS: 'https://lab.example/page' }],
])('%s names what is malformed: %j', (name, wrong) => {
  expect(() => readSettings(named(name), { ...all, ...wrong })).toThrow(new RegExp(`^${Object.keys(wrong).join()} has to be `));
});

it('wants a name and a password to sign in to Kafka', () => {
  const wanted = { ...all, KAFKA_SASL_MECHANISM: 'plain', KAFKA_SASL_USERNAME: 'lab', KAFKA_SASL_PASSWORD: 'p' };
  expect(readSettings(named('saga-worker'), wanted)).toMatchObject({ kafka: { sasl: { mechanism: 'plain', username: 'lab', password: 'p' } } });
  expect(() => readSettings(named('saga-worker'), { ...wanted, KAFKA_SASL_PASSWORD: '' })).toThrow(/^KAFKA_SASL_PASSWORD is missing/);
});

describe('The table of variables in docs/distributed.md', () => {
  const port = '| `PORT` | all | the port to listen at; 0 takes a free one | 4000 for the gateway, 4001 to 4004 for APIs, 4011 to 4014 for workers |';
  const required = new Set(processes.flatMap(({ environment }) => environment));
  const row = (readBy: string, { name, decides, otherwise = required.has(name) ? '(needed)' : '', secret }: Variable<unknown>): string =>
    `| \`${name}\`${secret ? ' *' : ''} | ${readBy} | ${decides.replaceAll('|', '\\|')} | ${otherwise} |`.replace('  |', ' |');

  it('is what is declared', () => {
    const table = [port, ...variableGroups.flatMap(({ readBy, variables }) => variables.map((variable) => row(readBy, variable)))].join('\n');
    expect(readFileSync(join(__dirname, '../../docs/distributed.md'), 'utf8')).toContain(table);
  });

  it('says of each who reads it', () => {
    const [workers, apis, gateway] = (['worker', 'api', 'gateway'] as const).map((kind) => processes.filter((process) => process.kind === kind).map(({ name }) => name));
    const readers: Record<string, unknown> = {
      'all': [...workers ?? [], ...apis ?? [], ...gateway ?? []],
      'workers, and the APIs of experiments and methods': [...workers ?? [], 'experiments-api', 'methods-api'],
      'workers and APIs': [...workers ?? [], ...apis ?? []],
      'APIs and gateway': [...apis ?? [], ...gateway ?? []],
      'APIs': apis,
      'saga-worker': ['saga-worker'],
      'gateway': gateway,
    };
    for (const { readBy, isReadBy } of variableGroups) expect([readBy, processes.filter(isReadBy).map(({ name }) => name)]).toEqual([readBy, readers[readBy]]);
  });

  it('declares each once', () => {
    const names = variableGroups.flatMap(({ variables }) => variables.map(({ name }) => name));
    expect(names).toEqual([...new Set(names)]);
  });
});
