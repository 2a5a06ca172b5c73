import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RunningShop } from '../testing/running-shop';
import { documentHash } from './document-hash';

const stock = 'query Stock { stock }';
const product = 'query Product($id: ID!) { product(id: $id) { name } }';
const documents = new Map([[documentHash(stock), stock], ['product-1', product]]);

describe('Trusted documents', () => {
  let shop: RunningShop;
  beforeAll(async () => { shop = await RunningShop.start({ trustedDocuments: { documents } }); });
  afterAll(() => shop.stop());
  const post = (body: object) => shop.post(JSON.stringify(body));
  const sha256 = (text: string) => ({ persistedQuery: { version: 1, sha256Hash: documentHash(text) } });

  it.each<[string, object]>([
    ['their hash', { extensions: sha256(product) }],
    ['their hash, as documentId', { documentId: `sha256:${documentHash(product)}` }],
    ['their identifier', { documentId: 'product-1' }],
    ['their identifier in place of a hash', { extensions: { persistedQuery: { version: 1, sha256Hash: 'product-1' } } }],
    ['their text', { query: product }],
    ['their text and hash', { query: product, extensions: sha256(product) }],
    ['their text and identifier', { query: product, documentId: 'product-1' }],
  ])('are executed when they are asked for by %s', async (_, body) => {
    expect(await post({ ...body, variables: { id: '1' } })).toMatchObject({ status: 200, data: { product: { name: 'Hammer' } } });
  });

  it('are taken from sockets', async () => {
    const results = shop.client().iterate({ query: '', extensions: sha256(product), variables: { id: '1' } });
    expect((await results.next()).value).toEqual({ data: { product: { name: 'Hammer' } } });
  });

  it.each<[string, object, number, string]>([
    ['a text that is not among them', { query: `${stock} ` }, 403, 'QUERY_NOT_IN_SAFELIST'],
    ['introspection', { query: '{ __schema { types { name } } }' }, 403, 'QUERY_NOT_IN_SAFELIST'],
    ['a text with its hash', { query: '{ stock }', extensions: sha256('{ stock }') }, 403, 'QUERY_NOT_IN_SAFELIST'],
    ['a text that comes under a trusted hash', { query: '{ stock }', extensions: sha256(stock) }, 400, 'PERSISTED_QUERY_HASH_MISMATCH'],
    ['a text that comes under a trusted identifier', { query: '{ stock }', documentId: 'product-1' }, 400, 'PERSISTED_QUERY_HASH_MISMATCH'],
    ['an unknown hash', { extensions: sha256('{ stock }') }, 404, 'PERSISTED_QUERY_NOT_IN_LIST'],
    ['an unknown identifier', { documentId: 'product-2' }, 404, 'PERSISTED_QUERY_NOT_IN_LIST'],
    ['nothing', {}, 400, 'BAD_USER_INPUT'],
  ])('are all that is executed: not %s', async (_, body, status, code) => {
    const called = shop.shop.calls.length;
    expect(await post(body)).toMatchObject({ status, errors: [{ extensions: { code } }] });
    expect(shop.shop.calls).toHaveLength(called);
  });

  it('stand beside others where these are allowed', async () => {
    const open = await RunningShop.start({ trustedDocuments: { documents, only: false } });
    expect(await open.post(JSON.stringify({ documentId: 'product-1', variables: { id: '2' } }))).toMatchObject({ data: { product: { name: 'Saw' } } });
    expect(await open.post(JSON.stringify({ query: '{ stock }', extensions: sha256('{ stock }') }))).toMatchObject({ data: { stock: 1 } });
    expect(await open.post(JSON.stringify({ extensions: sha256('{ stock }') }))).toMatchObject({ data: { stock: 2 } });
    await open.stop();
  });
});

describe('A file of trusted documents', () => {
  let directory: string;
  let file: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'trusted-'));
    file = join(directory, 'manifest.json');
  });
  afterEach(() => rmSync(directory, { recursive: true }));
  const write = (content: string) => {
    // Replaced whole, as deployments do.
    writeFileSync(`${file}.new`, content);
    renameSync(`${file}.new`, file);
  };

  it('is read again when it changes, and what can not be used changes nothing', async () => {
    write(JSON.stringify({ stock }));
    const shop = await RunningShop.start({ trustedDocuments: { file, pollMs: 5 } });
    const ask = (documentId: string) => shop.post(JSON.stringify({ documentId, variables: { id: '1' } }));
    const logged = (text: string) => shop.log.some(({ message }) => message.includes(text));
    expect(await ask('stock')).toMatchObject({ data: { stock: 1 } });
    write('{');
    await shop.until(() => logged("can't be read again"));
    expect(await ask('stock')).toMatchObject({ data: { stock: 2 } });
    write(JSON.stringify({ product }));
    await shop.until(() => logged('were read again'));
    expect(await ask('product')).toMatchObject({ data: { product: { name: 'Hammer' } } });
    expect(await ask('stock')).toMatchObject({ status: 404 });
    await shop.stop();
  });

  it('that can not be used at the start is named', async () => {
    write('[]');
    await expect(RunningShop.start({ trustedDocuments: { file } })).rejects.toThrow(`The trusted documents in ${file} can't be used: It is no JSON object`);
    await expect(RunningShop.start({ trustedDocuments: { file: join(directory, 'none') } })).rejects.toThrow('ENOENT');
  });
});
