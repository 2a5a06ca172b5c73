import { RunningShop } from '../testing/running-shop';

const long = 'a'.repeat(5_000);
let shop: RunningShop;
beforeAll(async () => { shop = await RunningShop.start(); });
afterAll(() => shop.stop());

/** What an answer says of what was sent, without the places in the document. */
const told = async (body: object): Promise<string> => {
  const { errors = [] } = await shop.post(JSON.stringify(body));
  expect(errors.length).toBeGreaterThan(0);
  return JSON.stringify(errors.map(({ message, extensions }) => ({ message, extensions })));
};

it.each<[string, object]>([
  ['a field', { query: `{ ${long} }` }],
  ['an argument', { query: `{ stock(${long}: 1) }` }],
  ['a type', { query: `{ ... on ${long} { stock } }` }],
  ['a fragment', { query: `{ ...${long} }` }],
  ['a variable', { query: `{ stock(a: $${long}) }` }],
  ['a directive', { query: `{ stock @${long} }` }],
  ['an operation', { query: '{ stock }', operationName: long }],
  ['a text in a syntax error', { query: `{ stock } "${long}"` }],
  ['a name in a syntax error', { query: `${long} { stock }` }],
  ['a variable with a wrong value', { query: `query($${long}: Int!) { stock @skip(if: $${long}) }`, variables: { [long]: 'x' } }],
  ['a variable that is missing', { query: `query($${long}: Boolean!) { stock @skip(if: $${long}) }` }],
  ['a value', { query: 'query($a: Boolean!) { stock @skip(if: $a) }', variables: { a: long } }],
  ['a key of a value', { query: 'query($a: Boolean!) { stock @skip(if: $a) }', variables: { a: { [long]: 1 } } }],
  ['a document\'s id', { documentId: `sha256:${long}` }],
])('%s that is long is quoted in short', async (_, body) => {
  expect((await told(body)).length).toBeLessThan(1_500);
});
