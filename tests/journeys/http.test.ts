import { startWithCrowd, type Crowd } from '../system/crowd';
import { send } from '../system/http';

describe('Over HTTP, without a token,', () => {
  let crowd: Crowd;
  beforeAll(async () => {
    crowd = await startWithCrowd();
  });
  afterAll(() => crowd.leave());

  const get = (path: string, headers: Record<string, string> = {}) => send(crowd.system, { method: 'GET', path, headers });
  const inBrowser = { accept: 'text/html,application/xhtml+xml' };

  it.each(['/health/live', '/health/ready'])('%s says that all is well', async (path) => {
    expect((await get(path)).status).toBe(200);
  });

  it('the query page and all that it needs come from here', async () => {
    const page = await get('/graphql', inBrowser);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, expect.stringContaining('text/html')]);
    expect(page.headers.get('content-security-policy')).toMatch(/default-src 'self'(;|$)/);
    const named = [...page.text.matchAll(/(?:src|href)\s*=\s*["']([^"']+)["']/g)].map(
      ([, address]) => new URL(address ?? '', crowd.system.url),
    );
    expect(named.length).toBeGreaterThan(0);
    for (const address of named.filter(({ protocol }) => protocol !== 'data:')) {
      expect(address.origin).toBe(crowd.system.origin);
      const asset = await get(address.pathname + address.search);
      expect([address.pathname, asset.status]).toEqual([address.pathname, 200]);
      expect(asset.text.length).toBeGreaterThan(0);
      if (address.pathname.endsWith('.css')) expect(asset.text).not.toMatch(/url\(\s*["']?(?:https?:)?\/\//);
    }
  });

  it("introspection tells the whole schema, and nothing of federation's own", async () => {
    const { data } = await send(crowd.system, {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        query:
          '{ __schema { queryType { fields { name } } mutationType { fields { name } } subscriptionType { fields { name } } types { name fields { name } } directives { name } } }',
      }),
    });
    const { __schema: schema } = data as Record<string, { queryType: { fields: { name: string }[] }; types: { name: string }[] }>;
    expect(schema?.queryType.fields.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['me', 'feedPosition', 'experiments', 'methods', 'processes', 'auditTrail', 'notifications']),
    );
    expect(
      schema?.types.map(({ name }) => name).filter((name) => /^(_|join__|link__|federation)/.test(name) && !name.startsWith('__')),
    ).toEqual([]);
    expect(JSON.stringify(schema)).not.toMatch(/_entities|_service|inputHash|join__/);
  });

  it("a page of a foreign origin may not call it, and Apollo's Explorer may", async () => {
    const preflight = (origin: string) =>
      send(crowd.system, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization,content-type' },
      });
    const explorer = await preflight('https://studio.apollographql.com');
    expect(explorer.status).toBe(204);
    expect(explorer.headers.get('access-control-allow-origin')).toBe('https://studio.apollographql.com');
    expect(explorer.headers.get('access-control-allow-headers')?.toLowerCase()).toMatch(
      /authorization.*content-type|content-type.*authorization/,
    );
    expect((await preflight('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
  });

  it('what is not there is 404, and no way leads out of the served directory', async () => {
    for (const path of [
      '/nothing',
      '/graphql/nothing',
      '/graphiql/..%2f..%2fpackage.json',
      '/graphql/..%2f..%2f..%2fpackage.json',
      '/health',
    ]) {
      const { status, text } = await get(path);
      expect([path, status]).toEqual([path, 404]);
      expect(text).not.toMatch(/devDependencies/);
    }
  });
});
