import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RunningShop } from '../testing/running-shop';

describe('the query page', () => {
  const directory = mkdtempSync(join(tmpdir(), 'query-page-'));
  writeFileSync(join(directory, 'page.js'), 'alert(1)');
  writeFileSync(join(directory, 'page.css'), 'body {}');
  let shop: RunningShop;
  beforeAll(async () => { shop = await RunningShop.start({ queryPageDirectory: directory }); });
  afterAll(async () => {
    await shop.stop();
    rmSync(directory, { recursive: true });
  });

  it('is what a browser gets, with everything that it loads from here', async () => {
    const page = await fetch(shop.url, { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } });
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'self';/);
    const html = await page.text();
    const addresses = [...html.matchAll(/(?:src|href)="(\/[^"]+)"/g)].flatMap(([, address]) => address ?? []);
    expect(addresses).toHaveLength(2);
    const loaded = await Promise.all(addresses.map((address) => fetch(new URL(address, shop.url))));
    expect(loaded.map(({ status, headers }) => [status, headers.get('content-type'), headers.get('cache-control')])).toEqual([
      [200, 'text/css; charset=utf-8', 'public, max-age=31536000, immutable'], [200, 'text/javascript; charset=utf-8', 'public, max-age=31536000, immutable'],
    ]);
    expect(await loaded[1]?.text()).toBe('alert(1)');
  });

  it.each(['/', '/graphql/'])('is where a browser gets from %s', async (path) => {
    const page = await fetch(new URL(path, shop.url), { headers: { accept: 'text/html' } });
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  });

  it('keeps no headers, and so no token, when it is closed', () => {
    expect(readFileSync(join(__dirname, 'graphiql/page.jsx'), 'utf8')).toContain('shouldPersistHeaders={false}');
  });

  it('stands in no program\'s way', async () => {
    const answer = await fetch(`${shop.url}?query={reviewCount}`, { headers: { accept: 'text/html, application/json', 'apollo-require-preflight': 'yes' } });
    expect(await answer.json()).toEqual({ data: { reviewCount: 1 } });
    expect((await fetch(`${shop.url}/../other.js`)).status).toBe(404);
    expect((await fetch(`${shop.url}/page.html`)).status).toBe(404);
  });

  it('is missed politely', async () => {
    const bare = await RunningShop.start({ queryPageDirectory: join(directory, 'nowhere') });
    expect((await fetch(bare.url, { headers: { accept: 'text/html' } })).status).toBe(404);
    await bare.stop();
  });
});
