import { startGateway, SubgraphUnreachable, type RunningGateway, type SubgraphTransport } from '@test-planning/gateway';
import { silentLogger } from '@test-planning/kernel/telemetry';
import supergraphSdl from '@test-planning/schema/graphql/supergraph.graphql';
import { isNonNullType } from 'graphql';
import { clientSchema } from './client-schema';

const counted = { totalCount: 1 };
const answers: Readonly<Record<string, Record<string, unknown>>> = {
  experiments: { experiments: counted },
  methods: { methods: counted },
  saga: { processes: counted },
  activity: { me: { lab: 'alpha' }, feedPosition: 'here', auditTrail: counted, notifications: counted },
};
const everything = Object.assign({}, ...Object.values(answers)) as Record<string, unknown>;
const operation = '{ me { lab } feedPosition auditTrail { totalCount } notifications { totalCount } processes { totalCount } methods { totalCount } experiments { totalCount } }';

/** A subgraph that has one answer, or none while it is down. */
const transportOf = (name: string, isDown: () => boolean): SubgraphTransport => ({
  execute: () => (isDown() ? Promise.reject(new SubgraphUnreachable(name, new Error('down'))) : Promise.resolve({ data: answers[name] ?? {} })),
  subscribe: () => {
    throw new Error('Not used here');
  },
  stop: () => Promise.resolve(),
});

describe('With one subgraph down', () => {
  let gateway: RunningGateway;
  let down: string | undefined;
  beforeAll(async () => {
    gateway = await startGateway(
      { supergraph: supergraphSdl, host: '127.0.0.1', port: 0, auth: { mode: 'off' } },
      { transport: ({ name }) => transportOf(name, () => down === name), logger: silentLogger },
    );
  });
  afterAll(() => gateway.stop());

  const ask = async () => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(gateway.url, { method: 'POST', headers, body: JSON.stringify({ query: operation }) });
    return (await response.json()) as { data: Record<string, unknown> | null; errors?: { extensions: { code: string } }[] };
  };

  it('all root fields are answered while every subgraph is up', async () => {
    down = undefined;
    expect(await ask()).toEqual({ data: everything });
  });

  it.each(Object.keys(answers))('the root fields of the others keep their data: %s', async (subgraph) => {
    down = subgraph;
    const { data, errors = [] } = await ask();
    const lost = Object.keys(answers[subgraph] ?? {});
    expect(data).toEqual({ ...everything, ...Object.fromEntries(lost.map((field) => [field, null])) });
    expect(errors.length).toBeGreaterThan(0);
    for (const { extensions } of errors) expect(extensions.code).toBe('UNAVAILABLE');
  });
});

it('No root field of a query empties the result of the others: each may be null, but for those that the contract names', () => {
  /** The specification of global object identification has a list of nulls here. */
  const neverNull = ['nodes'];
  const fields = Object.values(clientSchema().getQueryType()?.getFields() ?? {});
  expect(fields.filter(({ type }) => isNonNullType(type)).map(({ name }) => name)).toEqual(neverNull.filter((name) => fields.some((field) => field.name === name)));
});
