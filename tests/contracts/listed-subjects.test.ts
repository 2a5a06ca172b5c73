import { startGateway, SubgraphUnreachable, type RunningGateway, type SubgraphTransport } from '@test-planning/gateway';
import { silentLogger } from '@test-planning/kernel/telemetry';
import supergraphSdl from '@test-planning/schema/graphql/supergraph.graphql';

const deleted = { __typename: 'DeletedSubject', name: 'Deleted before' };
const operation = '{ command(id: "1") { status outcome { ... on CommandApplied { subjects { __typename ... on Experiment { id name } ... on DeletedSubject { name } } } } } }';

describe('An applied command keeps its outcome', () => {
  let gateway: RunningGateway;
  let owner: 'has deleted it' | 'is down' = 'has deleted it';
  const activity = () => ({ command: { status: 'APPLIED', outcome: { __typename: 'CommandApplied', subjects: [{ __typename: 'Experiment', id: 'E' }, deleted] } } });
  const experiments = () => (owner === 'is down' ? Promise.reject(new SubgraphUnreachable('experiments', new Error('down'))) : Promise.resolve({ data: { _entities: [null] } }));
  const transportOf = (name: string): SubgraphTransport => ({
    execute: () => (name === 'experiments' ? experiments() : Promise.resolve({ data: activity() })),
    subscribe: () => {
      throw new Error('Not used here');
    },
    stop: () => Promise.resolve(),
  });
  beforeAll(async () => {
    gateway = await startGateway(
      { supergraph: supergraphSdl, host: '127.0.0.1', port: 0, auth: { mode: 'off' } },
      { transport: ({ name }) => transportOf(name), logger: silentLogger },
    );
  });
  afterAll(() => gateway.stop());

  const ask = async (): Promise<unknown> =>
    (await fetch(gateway.url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query: operation }) })).json();

  it('while one of its subjects is being deleted: the owner no longer has it, and the activity does not know yet', async () => {
    owner = 'has deleted it';
    expect(await ask()).toEqual({ data: { command: { status: 'APPLIED', outcome: { subjects: [deleted] } } } });
  });

  it('while the owner of one of its subjects is down, with the error', async () => {
    owner = 'is down';
    expect(await ask()).toMatchObject({
      data: { command: { status: 'APPLIED', outcome: { subjects: [deleted] } } }, errors: [{ path: ['command', 'outcome', 'subjects'], extensions: { code: 'UNAVAILABLE' } }],
    });
  });
});
