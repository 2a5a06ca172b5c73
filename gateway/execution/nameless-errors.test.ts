import { AnsweringServer } from '../testing/answering-server';
import { compose } from '../testing/running-shop';
import { startGateway } from '../service';
import { httpTransport } from '../transport/http-transport';

const sdl = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])\ntype Query { a: Int  b: Int }';

describe('data with errors that are not as GraphQL says', () => {
  it.each([
    ['an error without a message', '[{"path":["b"]}]', 1],
    ['a message that is null', '[{"message":null,"path":["b"]}]', 1],
    ['a message that is a number', '[{"message":1}]', 1],
    ['an empty message', '[{"message":""}]', 1],
    ['an error that is null', '[null]', 1],
    ['an error that is a text', '["no"]', 1],
    ['an error that is a list', '[[]]', 1],
    ['no errors in the list', '[]', 0],
    ['null', 'null', 0],
    ['a text in place of the list', '"no"', 1],
    ['an object in place of the list', '{"message":"no"}', 1],
    ['a number in place of the list', '9007199254740993', 1],
    ['extensions that are no object', '[{"message":"no","extensions":[1]}]', 1],
    ['extensions that are a number', '[{"message":"no","extensions":9007199254740993}]', 1],
    ['locations of any form', '[{"message":"no","locations":{"line":"x"},"path":{}}]', 1],
    ['a good error beside a bad one', '[{"message":"no","path":["b"]},{}]', 2],
  ])('is kept: %s', async (_what, errors, count) => {
    const subgraph = await AnsweringServer.start((response) => response.writeHead(200, { 'content-type': 'application/json' }).end(`{"data":{"a":1,"b":null},"errors":${errors}}`));
    const { sdl: supergraph } = compose([{ name: 'one', sdl, resolvers: {} }], { one: subgraph.url });
    const gateway = await startGateway(
      { supergraph, host: '127.0.0.1', port: 0, auth: { mode: 'off' }, errors: { mask: 'none' } },
      { logger: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }, transport: (address) => httpTransport(address) },
    );
    try {
      const response = await fetch(gateway.url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"query":"{ a b }"}' });
      const answer = await response.json() as { data: unknown; errors?: { message: string }[] };
      expect([response.status, answer.data]).toEqual([200, { a: 1, b: null }]);
      const messages = (answer.errors ?? []).map(({ message }) => message);
      expect(messages).toHaveLength(count);
      for (const message of messages) expect(['no', 'The subgraph "one" gave an error without a message']).toContain(message);
    } finally {
      await gateway.stop({ graceMs: 0 });
      await subgraph.stop();
    }
  });
});
