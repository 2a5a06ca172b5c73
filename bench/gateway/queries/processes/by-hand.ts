import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'undici';

/** What a person would write who had only this one operation to serve: no schema, no plan, no validation, no errors. The ceiling. */
const [plan, experimentsUrl = '', methodsUrl = ''] = process.argv.slice(2);

interface Method {
  readonly id: string;
  name?: string;
}
interface Answer {
  readonly data: { readonly experiments: readonly { readonly methods: readonly Method[] }[] };
}
interface Entities {
  readonly data: { readonly _entities: readonly { readonly name: string }[] };
}

const poolOf = (url: string): ((body: string) => Promise<unknown>) => {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections: 64 });
  const headers = { 'content-type': 'application/json', accept: 'application/json' };
  return async (body) => (await pool.request({ path: pathname, method: 'POST', headers, body })).body.json();
};
const experiments = poolOf(experimentsUrl);
const methods = poolOf(methodsUrl);

const plainQuery = 'query Plain($lab: ID!) { experiments(lab: $lab) { id title status startedAt } }';
const firstQuery = 'query($lab: ID!) { experiments(lab: $lab) { id title methods { __typename id } } }';
const secondQuery = 'query($representations: [_Any!]!) { _entities(representations: $representations) { ... on Method { name } } }';

const plain = (variables: unknown): Promise<unknown> => experiments(JSON.stringify({ query: plainQuery, variables }));

const twoHop = async (variables: unknown): Promise<unknown> => {
  const { data } = (await experiments(JSON.stringify({ query: firstQuery, variables }))) as Answer;
  const ids = new Set<string>();
  for (const { methods: used } of data.experiments) for (const { id } of used) ids.add(id);
  const distinct = [...ids];
  const representations = distinct.map((id) => ({ __typename: 'Method', id }));
  const second = (await methods(JSON.stringify({ query: secondQuery, variables: { representations } }))) as Entities;
  const names = new Map(distinct.map((id, index) => [id, second.data._entities[index]?.name]));
  return {
    data: {
      experiments: data.experiments.map((one) => ({ ...one, methods: one.methods.map(({ id }) => ({ id, name: names.get(id) })) })),
    },
  };
};

const run = plan === 'plain' ? plain : twoHop;

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const { variables } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { variables: unknown };
    run(variables).then(
      (answer) => {
        const body = Buffer.from(JSON.stringify(answer));
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
      },
      (error: unknown) => response.writeHead(502).end(String(error)),
    );
  });
});
server.listen(0, '127.0.0.1', () => console.log(`By hand at http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`));
process.once('SIGTERM', () => process.exit(0));
