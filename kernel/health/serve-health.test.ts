import { serveHealth, type Readiness, type RunningHealth } from '.';

describe('the health of a process that serves nothing else', () => {
  let readiness: () => Readiness | Promise<Readiness>;
  let health: RunningHealth;
  beforeEach(async () => { health = await serveHealth({ host: '127.0.0.1', port: 0 }, () => readiness()); });
  afterEach(() => health.stop());

  const ask = async (path: string, method = 'GET') => {
    const response = await fetch(`${health.url}${path}`, { method });
    return { status: response.status, body: await response.json() as unknown };
  };

  it('is told as it is at the moment', async () => {
    readiness = () => ({ ok: true, details: { Kafka: 'fine' } });
    expect(await ask('/health/ready')).toEqual({ status: 200, body: { status: 'ready', Kafka: 'fine' } });
    readiness = () => Promise.resolve({ ok: false, details: { Kafka: 'no broker answers' } });
    expect(await ask('/health/ready')).toEqual({ status: 503, body: { status: 'not ready', Kafka: 'no broker answers' } });
    expect((await ask('/health/live')).status).toBe(200);
  });

  it('is degraded, and ready for work, while it keeps failing at a part of it', async () => {
    const failing = [{ topic: 'things', partition: 3, key: 'a', error: 'no way through' }];
    readiness = () => ({ ok: true, failing, details: { Kafka: 'fine' } });
    expect(await ask('/health/ready')).toEqual({ status: 200, body: { status: 'degraded', Kafka: 'fine', failing } });
    readiness = () => ({ ok: true, failing: [], details: { Kafka: 'fine' } });
    expect(await ask('/health/ready')).toEqual({ status: 200, body: { status: 'ready', Kafka: 'fine' } });
  });

  it('counts as not ready while it can\'t be told', async () => {
    readiness = () => { throw new Error('nobody knows'); };
    expect(await ask('/health/ready')).toEqual({ status: 503, body: { status: 'not ready', reason: 'nobody knows' } });
  });

  it('is all that there is', async () => {
    expect((await ask('/')).status).toBe(404);
    expect((await ask('/health/live', 'POST')).status).toBe(404);
  });

  it('stops, and can be stopped twice', async () => {
    readiness = () => ({ ok: true, details: {} });
    await ask('/health/live');
    const begun = performance.now();
    await Promise.all([health.stop(), health.stop()]);
    // The connection that its client keeps is not waited for.
    expect(performance.now() - begun).toBeLessThan(900);
    await expect(ask('/health/live')).rejects.toThrow();
  });
});
