import { randomUUID } from 'node:crypto';
import { createServer } from 'node:net';
import { SignJWT } from 'jose';
import { eventually } from '../../system/eventually';
import { startProcess, type OneProcess } from '../../system/one-process';

const secret = 's'.repeat(32);
const secrets = { IDENTITY_SECRET: secret, CURSOR_SECRET: secret };

/** An address where nobody listens. */
const nobody = async (): Promise<string> => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  server.close();
  return `127.0.0.1:${port}`;
};

/** As the gateway vouches for somebody. */
const identity = (): Promise<string> =>
  new SignJWT({ name: 'Alice', lab: 'alpha', scopes: ['experiments:read', 'experiments:write'] })
    .setProtectedHeader({ alg: 'HS256' }).setSubject('alice').setIssuer('gateway').setAudience('subgraphs').setIssuedAt().setExpirationTime('60s')
    .sign(new TextEncoder().encode(secret));

const ask = async ({ url }: OneProcess, query: string) => {
  const begun = performance.now();
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', 'gateway-identity': await identity() }, body: JSON.stringify({ query }) });
  const { data, errors } = (await response.json()) as { data?: Record<string, unknown>; errors?: { extensions: Record<string, unknown> }[] };
  return { data, errors, tookMs: performance.now() - begun };
};

describe('Without Kafka', () => {
  const mongodb = { MONGODB_URL: process.env.MONGODB_URL ?? '', MONGODB_DATABASE_PREFIX: `faults-${randomUUID().slice(0, 8)}` };
  beforeAll(async () => {
    // An API is not ready before its views have been built, and a worker builds them.
    const { KAFKA_BROKERS = '' } = process.env;
    const worker = await startProcess(['experiments-worker'], { ...mongodb, KAFKA_BROKERS, KAFKA_PREFIX: `${mongodb.MONGODB_DATABASE_PREFIX}.`, KAFKA_PARTITIONS: '1' });
    await eventually(() => worker.ready(), ({ status }) => expect(status).toBe(200), 20_000);
    expect(await worker.terminate()).toBe(0);
  });

  it('an API that has no use for it is ready', async () => {
    const api = await startProcess(['activity-api'], { ...secrets, ...mongodb });
    await eventually(() => api.ready(), ({ status, body }) => expect({ status, body }).toMatchObject({ status: 200, body: { MongoDB: 'fine' } }), 20_000);
    expect((await api.ready()).body).not.toHaveProperty('Kafka');
    expect(await api.terminate()).toBe(0);
  });

  it('an API stays ready and answers queries; a mutation is unavailable within 2 s, with its id', async () => {
    const commandId = randomUUID();
    const experiments = await startProcess(['experiments-api'], { ...secrets, ...mongodb, KAFKA_BROKERS: await nobody() });
    await eventually(() => experiments.ready(), ({ status, body }) => expect({ status, body }).toMatchObject({ status: 200, body: { MongoDB: 'fine', views: 'fine' } }), 20_000);
    const { errors, tookMs } = await ask(experiments, `mutation { createExperiment(commandId: "${commandId}", input: { name: "E" }) { id } }`);
    expect(errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE', commandId } }]);
    expect(tookMs).toBeLessThan(2_000);
    expect((await ask(experiments, '{ experiments { totalCount } }')).data).toEqual({ experiments: { totalCount: 0 } });
    expect((await experiments.ready()).body.Kafka).toEqual(expect.not.stringMatching(/^fine$/));
    expect(await experiments.terminate()).toBe(0);
  });
});

describe('Without MongoDB', () => {
  it('an API that serves commands alone is told nothing of it', async () => {
    const { KAFKA_BROKERS = '' } = process.env;
    const api = await startProcess(['methods-api', '--serve', 'commands'], { ...secrets, KAFKA_BROKERS, KAFKA_PREFIX: `faults-${randomUUID().slice(0, 8)}.`, KAFKA_PARTITIONS: '1' });
    await eventually(() => api.ready(), ({ status, body }) => expect({ status, body }).toEqual({ status: 200, body: { status: 'ready', Kafka: 'fine', commands: 'ready' } }), 20_000);
    expect(await api.terminate()).toBe(0);
  });
});

describe('Without either', () => {
  it.each(['experiments-worker', 'saga-worker', 'activity-worker'])('%s waits, says what is missing, and ends when it is asked to', async (name) => {
    const worker = await startProcess([name], { KAFKA_BROKERS: await nobody(), MONGODB_URL: `mongodb://${await nobody()}/?replicaSet=rs0` });
    const { status, body } = await worker.ready();
    expect(status).toBe(503);
    expect(body).toEqual({ status: 'not ready', Kafka: expect.not.stringMatching(/^fine$/), MongoDB: expect.not.stringMatching(/^fine$/), work: 'not begun yet' });
    const begun = performance.now();
    expect(await worker.terminate()).toBe(0);
    expect(performance.now() - begun).toBeLessThan(10_000);
  });

  it('an API answers that it is unavailable, and is not ready', async () => {
    const api = await startProcess(['experiments-api'], { ...secrets, KAFKA_BROKERS: await nobody(), MONGODB_URL: `mongodb://${await nobody()}/?replicaSet=rs0` });
    expect((await api.ready()).status).toBe(503);
    expect((await ask(api, '{ experiments { totalCount } }')).errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE' } }]);
    expect(await api.terminate()).toBe(0);
  });
});

describe('Wrong settings', () => {
  it.each([
    [['methods-worker'], { KAFKA_BROKERS: 'h:1' }, 'MONGODB_URL is missing'],
    [['methods-worker'], { KAFKA_BROKERS: 'h', MONGODB_URL: 'mongodb://h' }, 'KAFKA_BROKERS has to be '],
    [['method-worker'], {}, 'There is no process "method-worker".'],
  ])('%j %j stops the start with a sentence', async (args, environment, sentence) => {
    await expect(startProcess(args, environment)).rejects.toThrow(`It ended with 1:\n${sentence}`);
  });
});
