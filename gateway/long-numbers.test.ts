import { httpTransport } from './transport/http-transport';
import { AnsweringServer } from './testing/answering-server';
import { compose } from './testing/running-shop';
import { startGateway } from './service';
import type { RunningGateway } from './config';

const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@context", "@fromContext"])\n';
const sdls = {
  one: `${link}
    scalar Long
    scalar Json
    input Filter { at: Long, any: Json, ids: [Long!] }
    type Query {
      t: T  ts: [T]  echo(long: Long, json: Json, filter: Filter, list: [Long!], id: ID, float: Float, int: Int): Json
      preset(long: Long = 9007199254740993123, json: Json = {a: 1.50, b: [ENUM]}): Json
      numbers: Numbers
    }
    type Subscription { came: T }
    type Numbers { id: ID  float: Float  int: Int  long: Long  json: Json }
    type T @key(fields: "id") { id: Long! }
  `,
  two: `${link}
    scalar Long
    type T @key(fields: "id") { id: Long!  name: String }
  `,
};

type Answers = Readonly<Record<'one' | 'two', (query: string) => string>>;

describe('numbers that no double holds', () => {
  let answers: Answers = { one: () => '{"data":{}}', two: () => '{"data":{}}' };
  let gateway: RunningGateway;
  const servers: Partial<Record<'one' | 'two', AnsweringServer>> = {};

  beforeAll(async () => {
    for (const name of ['one', 'two'] as const) {
      servers[name] = await AnsweringServer.start((response, { body }) => {
        const { query } = JSON.parse(String(body)) as { query: string };
        response.writeHead(200, { 'content-type': 'application/json' }).end(answers[name](query));
      });
    }
    const { sdl } = compose(Object.entries(sdls).map(([name, text]) => ({ name, sdl: text, resolvers: {} })), { one: servers.one?.url ?? '', two: servers.two?.url ?? '' });
    // Composition rounds defaults itself.
    const supergraph = sdl.replace(/preset\([^)]*\)/, 'preset(long: Long = 9007199254740993123, json: Json = {a: 1.50, b: [ENUM]})');
    gateway = await startGateway(
      { supergraph, host: '127.0.0.1', port: 0, auth: { mode: 'off' } },
      { logger: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }, transport: (subgraph) => httpTransport(subgraph) },
    );
  });

  afterAll(async () => {
    await gateway.stop();
    await Promise.all(Object.values(servers).map((server) => server.stop()));
  });

  beforeEach(() => {
    for (const server of Object.values(servers)) server.received.length = 0;
  });

  /** `body`: as text, for numbers that this program could not write. */
  const post = async (body: string): Promise<string> => (await fetch(gateway.url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })).text();
  const ask = (query: string, variables = '{}'): Promise<string> => post(`{"query":${JSON.stringify(query)},"variables":${variables}}`);
  const sentTo = (name: 'one' | 'two'): string[] => (servers[name]?.received ?? []).map(({ body }) => String(body));

  it('reach clients as a subgraph wrote them, in custom scalars and in what is in them', async () => {
    answers = { ...answers, one: () => '{"data":{"numbers":{"long":750727362669608961,"json":{"a":[-123456789012345678901234567890,0.1234567890123456789,1e400],"b":"750727362669608961"}}}}' };
    expect(await ask('{ numbers { long json } }')).toBe('{"data":{"numbers":{"long":750727362669608961,"json":{"a":[-123456789012345678901234567890,0.1234567890123456789,1e400],"b":"750727362669608961"}}}}');
  });

  it('are texts in an ID, doubles in a Float, and errors in an Int', async () => {
    answers = { ...answers, one: () => '{"data":{"numbers":{"id":750727362669608961,"float":750727362669608961,"int":750727362669608961}}}' };
    const answer = JSON.parse(await ask('{ numbers { id float int } }')) as { data: unknown; errors: { path: unknown }[] };
    expect(answer.data).toEqual({ numbers: { id: '750727362669608961', float: Number('750727362669608961'), int: null } });
    expect(answer.errors.map(({ path }) => path)).toEqual([['numbers', 'int']]);
  });

  it('stay what tells entities apart', async () => {
    answers = {
      one: () => '{"data":{"ts":[{"__typename":"T","id":750727362669608961},{"__typename":"T","id":750727362669608962},{"__typename":"T","id":750727362669608961}]}}',
      two: () => '{"data":{"_entities":[{"name":"first"},{"name":"second"}]}}',
    };
    expect(await ask('{ ts { id name } }')).toBe('{"data":{"ts":[{"id":750727362669608961,"name":"first"},{"id":750727362669608962,"name":"second"},{"id":750727362669608961,"name":"first"}]}}');
    expect(sentTo('two')[0]).toContain('"representations":[{"__typename":"T","id":750727362669608961},{"__typename":"T","id":750727362669608962}]');
  });

  it('reach subgraphs as a client wrote them, in variables by POST and by GET', async () => {
    answers = { ...answers, one: () => '{"data":{"echo":null}}' };
    const query = 'query($long: Long, $json: Json, $filter: Filter, $list: [Long!]) { echo(long: $long, json: $json, filter: $filter, list: $list) }';
    const variables = '{"long":9007199254740993123,"json":{"a":[1e400,-0.12345678901234567890]},"filter":{"at":9007199254740993,"ids":[9007199254740995]},"list":[9007199254740997]}';
    expect(await ask(query, variables)).toBe('{"data":{"echo":null}}');
    expect(sentTo('one')[0]).toContain(`"variables":${variables}`);
    const search = new URLSearchParams({ query: `${query} # by GET`, variables });
    expect(await (await fetch(`${gateway.url}?${search.toString()}`, { headers: { 'content-type': 'application/json' } })).text()).toBe('{"data":{"echo":null}}');
    expect(sentTo('one')[1]).toContain(`"variables":${variables}`);
  });

  it('are taken in variables for an ID as a text and for a Float as a double, and refused for an Int', async () => {
    answers = { ...answers, one: () => '{"data":{"echo":null}}' };
    expect(await ask('query($id: ID, $float: Float) { echo(id: $id, float: $float) }', '{"id":750727362669608961,"float":0.1234567890123456789}')).toBe('{"data":{"echo":null}}');
    expect(sentTo('one')[0]).toContain('"variables":{"id":"750727362669608961","float":0.12345678901234568}');
    expect(await ask('query($int: Int) { echo(int: $int) }', '{"int":750727362669608961}')).toMatch(/BAD_USER_INPUT/);
    expect(sentTo('one')).toHaveLength(1);
  });

  it.each([
    ['echo(long: -123456789012345678901234567890)', 'echo(long:-123456789012345678901234567890)'],
    ['echo(long: 1.50)', 'echo(long:1.50)'],
    ['echo(long: 1e400)', 'echo(long:1e400)'],
    ['echo(json: ENUM)', 'echo(json:ENUM)'],
    ['echo(json: {a: [ENUM, 1.0, 9007199254740993], b: {c: ENUM}})', 'echo(json:{a:[ENUM 1.0 9007199254740993]b:{c:ENUM}})'],
    ['echo(filter: {at: 9007199254740993, any: {e: ENUM}, ids: [9007199254740995]})', 'echo(filter:{at:9007199254740993 any:{e:ENUM}ids:[9007199254740995]})'],
    ['echo(list: [9007199254740993])', 'echo(list:[9007199254740993])'],
    ['echo(list: 9007199254740993)', 'echo(list:9007199254740993)'],
    ['echo(id: 750727362669608961)', 'echo(id:750727362669608961)'],
  ])('keep their text in the literal %s', async (written, sent) => {
    answers = { ...answers, one: () => '{"data":{"echo":1}}' };
    expect(await ask(`{ ${written} }`)).toBe('{"data":{"echo":1}}');
    expect((JSON.parse(sentTo('one')[0] ?? '') as { query: string }).query).toBe(`{${sent}}`);
  });

  it('keep their text beside variables in a literal', async () => {
    answers = { ...answers, one: () => '{"data":{"echo":1}}' };
    expect(await ask('query($a: Int, $b: Long = 9007199254740993) { echo(json: {a: $a, b: [$b, ENUM, 1.50]}) }', '{"a":7}')).toBe('{"data":{"echo":1}}');
    expect(sentTo('one')[0]).toContain('{echo(json:{a:$a b:[$b ENUM 1.50]})}');
    expect(sentTo('one')[0]).toContain('$b:Long=9007199254740993');
    expect(sentTo('one')[0]).toContain('"variables":{"a":7}');
  });

  it('keep their text in the default of a variable', async () => {
    answers = { ...answers, one: () => '{"data":{"echo":1}}' };
    await ask('query($b: Long = 9007199254740993, $c: Json = {a: ENUM, b: 1.0}) { echo(long: $b, json: $c) }');
    expect(sentTo('one')[0]).toContain('$b:Long=9007199254740993');
    expect(sentTo('one')[0]).toContain('$c:Json={a:ENUM b:1.0}');
  });

  it('may stand for one field twice', async () => {
    answers = { ...answers, one: () => '{"data":{"echo":1,"other":2}}' };
    expect(await ask('{ echo(long: 9007199254740993) ... { echo(long: 9007199254740993) } other: echo(long: 9007199254740995) }')).toBe('{"data":{"echo":1,"other":2}}');
  });

  it('are shown by introspection as the subgraph wrote them', async () => {
    const answer = JSON.parse(await ask('{ __type(name: "Query") { fields { name args { name defaultValue } } } }')) as { data: { __type: { fields: { name: string; args: object[] }[] } } };
    expect(answer.data.__type.fields.find(({ name }) => name === 'preset')?.args).toEqual([{ name: 'long', defaultValue: '9007199254740993123' }, { name: 'json', defaultValue: '{a: 1.50, b: [ENUM]}' }]);
  });
});
