import { RunningShop } from '../testing/running-shop';
import { documentHash } from './document-hash';
import { PersistedQueries } from './persisted-queries';

const text = '{ stock }';
const persistedQuery = (sha256Hash: unknown = documentHash(text), version: unknown = 1) => ({ persistedQuery: { version, sha256Hash } });
const codes = (answer: { errors?: readonly { extensions?: Record<string, unknown> | undefined }[] }) => answer.errors?.map(({ extensions }) => extensions?.['code']);

describe('Automatic persisted queries', () => {
  let shop: RunningShop;
  beforeEach(async () => { shop = await RunningShop.start(); });
  afterEach(() => shop.stop());
  const post = (body: object) => shop.post(JSON.stringify(body));

  it('are unknown, sent once, and known from then on', async () => {
    const asked = await post({ extensions: persistedQuery() });
    expect(asked).toMatchObject({ status: 200, errors: [{ message: 'PersistedQueryNotFound', extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }] });
    expect(await post({ query: text, extensions: persistedQuery() })).toMatchObject({ status: 200, data: { stock: 1 } });
    expect(await post({ extensions: persistedQuery() })).toMatchObject({ status: 200, data: { stock: 2 } });
    expect(await post({ documentId: `sha256:${documentHash(text)}` })).toMatchObject({ status: 200, data: { stock: 3 } });
  });

  it('are taken from a GET as well', async () => {
    await post({ query: text, extensions: persistedQuery() });
    const response = await fetch(`${shop.url}?extensions=${encodeURIComponent(JSON.stringify(persistedQuery()))}`, { headers: { 'apollo-require-preflight': '1' } });
    expect(await response.json()).toEqual({ data: { stock: 2 } });
  });

  it('are taken from sockets, where the text that is always there is empty', async () => {
    await post({ query: text, extensions: persistedQuery() });
    const results = shop.client().iterate({ query: '', extensions: persistedQuery() });
    expect((await results.next()).value).toEqual({ data: { stock: 2 } });
  });

  it('are not kept under a hash that is not theirs', async () => {
    const wrong = persistedQuery(documentHash('{ other }'));
    expect(await post({ query: text, extensions: wrong })).toMatchObject({ status: 400, errors: [{ extensions: { code: 'PERSISTED_QUERY_HASH_MISMATCH' } }] });
    expect(codes(await post({ extensions: wrong }))).toEqual(['PERSISTED_QUERY_NOT_FOUND']);
  });

  it('are not kept unless they are valid', async () => {
    const nonsense = '{ nonsense }';
    expect(codes(await post({ query: nonsense, extensions: persistedQuery(documentHash(nonsense)) }))).toEqual(['GRAPHQL_VALIDATION_FAILED']);
    expect(codes(await post({ extensions: persistedQuery(documentHash(nonsense)) }))).toEqual(['PERSISTED_QUERY_NOT_FOUND']);
  });

  it('are not kept unless that was asked for', async () => {
    await post({ query: text });
    expect(codes(await post({ extensions: persistedQuery() }))).toEqual(['PERSISTED_QUERY_NOT_FOUND']);
  });

  it.each([
    ['version', persistedQuery(documentHash(text), 2), 'extensions.persistedQuery.version'],
    ['hash', persistedQuery(7), 'extensions.persistedQuery.sha256Hash'],
    ['form', { persistedQuery: 'x' }, 'extensions.persistedQuery.version'],
  ])('of another %s are refused', async (_, extensions, field) => {
    expect(await post({ extensions })).toMatchObject({ status: 400, errors: [{ extensions: { code: 'BAD_USER_INPUT', field } }] });
  });

  it('have no identifiers but hashes', async () => {
    expect(await post({ documentId: 'mine' })).toMatchObject({ status: 404, errors: [{ extensions: { code: 'PERSISTED_QUERY_NOT_IN_LIST' } }] });
  });
});

it('Automatic persisted queries can be switched off', async () => {
  const shop = await RunningShop.start({ persistedQueries: false });
  for (const body of [{ extensions: persistedQuery() }, { query: text, extensions: persistedQuery() }]) {
    expect(await shop.post(JSON.stringify(body))).toMatchObject({ status: 200, errors: [{ message: 'PersistedQueryNotSupported', extensions: { code: 'PERSISTED_QUERY_NOT_SUPPORTED' } }] });
  }
  expect(await shop.post(JSON.stringify({ query: text }))).toMatchObject({ data: { stock: 1 } });
  await shop.stop();
});

describe('The texts that are kept', () => {
  it('are bounded in number', () => {
    const kept = new PersistedQueries();
    for (let index = 0; index < 10_001; index += 1) kept.keep(String(index), '{ a }');
    expect(kept.size).toBe(10_000);
    expect(kept.get('0')).toBeUndefined();
    expect(kept.get('10000')).toBe('{ a }');
  });

  it('are bounded in length', () => {
    const kept = new PersistedQueries();
    const long = 'x'.repeat(256 * 1024);
    kept.keep('too long', `${long}x`);
    expect(kept.size).toBe(0);
    for (let index = 0; index < 100; index += 1) kept.keep(String(index), long);
    expect(kept.size).toBe(31);
  });
});
