import type { LabClient } from '../system/client';
import { startWithCrowd, type Crowd } from '../system/crowd';
import { send, type RawAnswer } from '../system/http';
import { anExperiment } from './steps/commands';
import { nested } from './steps/nested';

const MEGABYTE = 1024 * 1024;

describe('A request that means no good', () => {
  let crowd: Crowd;
  let alice: LabClient;
  beforeAll(async () => {
    crowd = await startWithCrowd();
    alice = await crowd.enter();
  });
  afterEach(async () => {
    const { me, experiments } = await alice.data('{ me { user { userId } } experiments { totalCount } }');
    expect([me.user.userId, experiments.totalCount]).toEqual(['alice', 0]);
  });
  afterAll(async () => {
    await anExperiment(alice);
    await crowd.leave();
  });

  const post = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}): Promise<RawAnswer> =>
    send(crowd.system, { headers: { 'content-type': 'application/json', authorization: `Bearer ${alice.token}`, ...headers }, body });
  const query = (text: string): Promise<RawAnswer> => post(JSON.stringify({ query: text }));

  /** An answer in GraphQL's form whose every error has one of these codes, and nothing of our insides. */
  const expectRefused = ({ status, errors, data, text }: RawAnswer, ...codes: string[]): void => {
    expect(errors?.length).toBeGreaterThan(0);
    for (const { extensions } of errors ?? []) expect(codes).toContain(extensions?.code);
    expect(data ?? null).toBeNull();
    expect(status).toBeGreaterThanOrEqual(200);
    expect(status).toBeLessThan(500);
    expect(text).not.toMatch(/stack|node_modules|INTERNAL_SERVER_ERROR|RangeError/);
  };

  it.each([
    ['nothing', ''],
    ['JSON that ends early', '{"query": "{ me { lab } }"'],
    [
      'NaN where a number should be',
      '{"query": "mutation($r: Float!) { createMethod(input: {name: \\"M\\", applicationRate: $r}) { id } }", "variables": {"r": NaN}}',
    ],
    ['no object', '"query"'],
    ['null', 'null'],
    ['a number', '7'],
    ['an object without a query', '{}'],
    ['a query that is null', '{"query": null}'],
    ['a query that is no text', '{"query": {"me": 1}}'],
    ['variables that are no object', '{"query": "{ me { lab } }", "variables": [1]}'],
    ['variables that are text', '{"query": "{ me { lab } }", "variables": "x"}'],
    ['an operation name that is no text', '{"query": "{ me { lab } }", "operationName": 7}'],
    ['a list of requests', '[{"query": "{ me { lab } }"}, {"query": "{ me { lab } }"}]'],
    ['an empty list', '[]'],
    ['JSON nested 10,000 deep', `{"query": "{ me { lab } }", "variables": ${'['.repeat(10_000)}${']'.repeat(10_000)}}`],
  ])('with a body of %s is bad input', async (_, body) => {
    const answer = await post(body);
    expectRefused(answer, 'BAD_USER_INPUT');
    expect(answer.status).toBe(400);
  });

  it("with a body that is no UTF-8 is bad input, or is read with what can't be read replaced", async () => {
    const body = Buffer.concat([Buffer.from('{"query": "{ me { lab } } # '), Buffer.from([0xff, 0xfe, 0xc3, 0x28]), Buffer.from('"}')]);
    const answer = await post(new Uint8Array(body));
    if (answer.errors) expectRefused(answer, 'BAD_USER_INPUT');
    else expect(answer.data).toMatchObject({ me: {} });
  });

  it('with a body of 10 MB is refused with 413, without reading it all', async () => {
    const answer = await post(JSON.stringify({ query: '{ me { lab } }', variables: { x: 'x'.repeat(10 * MEGABYTE) } })).catch(
      (error: unknown) => error as Error,
    );
    // A client that is still sending may meet the closed connection before it reads the answer.
    if (answer instanceof Error) return;
    expect(answer.status).toBe(413);
    expectRefused(answer, 'BAD_USER_INPUT');
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'])(
    'as %s, as a foreign page could send it, is refused',
    async (type) => {
      const answer = await post(JSON.stringify({ query: 'mutation { createExperiment(input: { name: "Forged" }) { id } }' }), {
        'content-type': type,
      });
      expect([400, 415]).toContain(answer.status);
      expect(answer.data ?? null).toBeNull();
    },
  );

  it.each([
    ['10,000 levels', nested(10_002)],
    ['10,000 levels of a list literal', `{ experiments(filter: { tags: ${'['.repeat(10_000)}"x"${']'.repeat(10_000)} }) { totalCount } }`],
    ['10,000 levels of inline fragments', `{ ${'... { '.repeat(10_000)}me { lab }${' }'.repeat(10_000)} }`],
    ['10,000 aliases', `{ ${Array.from({ length: 10_000 }, (_, index) => `a${index}: me { lab }`).join(' ')} }`],
    ['20,000 directives', `{ me { lab ${'@include(if: true) '.repeat(20_000)} } }`],
    ['fragments in a circle', '{ me { ...A } } fragment A on Viewer { lab ...B } fragment B on Viewer { ...A }'],
    [
      'fragments that multiply',
      `{ ...F0 } ${Array.from({ length: 25 }, (_, index) => `fragment F${index} on Query { a: __typename ...F${index + 1} ...F${index + 1} }`).join(' ')} fragment F25 on Query { me { lab } }`,
    ],
    ['a field that does not exist', '{ me { lab colour } }'],
    ['a subscription over HTTP', 'subscription { experimentChanged { cursor } }'],
    ['two operations and no name', 'query A { me { lab } } query B { me { lab } }'],
    ['a syntax error', '{ me { lab '],
    ['no operation', 'fragment A on Viewer { lab }'],
    ['a million brackets', '{'.repeat(1_000_000)],
  ])('with a document of %s is refused, and soon', async (_, document) => {
    const begun = Date.now();
    expectRefused(
      await query(document),
      'GRAPHQL_VALIDATION_FAILED',
      'GRAPHQL_PARSE_FAILED',
      'BAD_USER_INPUT',
      'OPERATION_RESOLUTION_FAILURE',
    );
    expect(Date.now() - begun).toBeLessThan(2_000);
  });

  it('of many nested pages is refused or answered, and the next one is answered all the same', async () => {
    const { status } = await query(nested(24));
    expect(status).toBeLessThan(500);
  });

  it('that would change something by GET changes nothing', async () => {
    const search = new URLSearchParams({ query: 'mutation { createExperiment(input: { name: "By GET" }) { id } }' });
    const answer = await send(crowd.system, {
      method: 'GET',
      path: `/graphql?${search}`,
      headers: { authorization: `Bearer ${alice.token}`, 'apollo-require-preflight': 'true' },
    });
    expect([400, 405]).toContain(answer.status);
    expect(answer.data ?? null).toBeNull();
  });

  it.each(['PUT', 'DELETE', 'PATCH'])('with the method %s is not allowed', async (method) => {
    expect([400, 405]).toContain((await send(crowd.system, { method, headers: { authorization: `Bearer ${alice.token}` } })).status);
  });
});
