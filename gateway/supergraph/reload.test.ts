import { eventually } from '@test-planning/kernel/testing';
import { Generation } from '../testing/generations';
import { RunningShop } from '../testing/running-shop';
import { ToldSupergraph } from '../testing/told-supergraph';
import { httpTransport } from '../transport/http-transport';
import type { SubgraphAddress, SubgraphTransport } from '../transport/subgraph-transport';

const bothSubgraphs = '{ ordersAre stockIs orders { placedBy packedBy } }';

describe('another supergraph', () => {
  let old: Generation;
  let young: Generation;
  let source: ToldSupergraph;
  let gateway: RunningShop;
  /** Those that are open, by name and address. */
  let open: string[];

  function transport(subgraph: SubgraphAddress): SubgraphTransport {
    const key = `${subgraph.name} ${subgraph.url}`;
    const made = httpTransport(subgraph);
    open.push(key);
    return {
      ...made,
      async stop() {
        open.splice(open.indexOf(key), 1);
        await made.stop();
      },
    };
  }

  beforeEach(async () => {
    open = [];
    old = await Generation.serve('old');
    young = await Generation.serve('young');
    source = new ToldSupergraph(old.sdl);
    gateway = await RunningShop.start({ supergraph: source }, { transport });
  });
  afterEach(async () => {
    old.answerLater();
    young.answerLater();
    await gateway.stop();
    await old.stop();
    await young.stop();
  });

  const logged = (message: string) => gateway.log.filter((line) => line.message.startsWith(message));
  const switched = (times = 1) => gateway.until(() => logged('Another supergraph is served').length === times);
  const ready = async () => await (await fetch(new URL('/health/ready', gateway.url))).json() as { supergraph: Record<string, unknown> };

  it('is served under load: every answer is one generation\'s, and none fails', async () => {
    let latest = '';
    let answered = 0;
    let isOver = false;
    async function keepAsking(): Promise<void> {
      while (!isOver) {
        const { data, errors } = await gateway.ask(bothSubgraphs);
        expect(errors).toBeUndefined();
        const { ordersAre, stockIs, orders } = data as { ordersAre: string; stockIs: string; orders: { placedBy: string; packedBy: string }[] };
        expect(new Set([stockIs, ...orders.flatMap(({ placedBy, packedBy }) => [placedBy, packedBy])])).toEqual(new Set([ordersAre]));
        latest = ordersAre;
        answered += 1;
      }
    }
    const asking = Promise.all(Array.from({ length: 100 }, keepAsking));
    const answeredBy = (generation: Generation, more: number): Promise<void> => {
      const enough = answered + more;
      return eventually(() => expect({ latest, isEnough: answered >= enough }).toEqual({ latest: generation.name, isEnough: true }));
    };
    await answeredBy(old, 100);
    source.tell(young.sdl);
    await answeredBy(young, 100);
    // Back again, though the old one's connections may be gone.
    source.tell(old.sdl);
    await answeredBy(old, 100);
    isOver = true;
    await asking;
    expect(open).toHaveLength(2);
  });

  it('leaves what is in flight to its plan, and lets its connections go behind the last answer', async () => {
    const overHttp = gateway.ask('{ later }');
    const overSocket = gateway.client().iterate({ query: '{ asWell: later }' }).next();
    await gateway.until(() => old.laterAsked === 2);
    source.tell(young.sdl);
    await switched();
    expect((await gateway.ask('{ ordersAre }')).data).toEqual({ ordersAre: 'young' });
    expect(open).toHaveLength(4);
    old.answerLater();
    expect((await overHttp).data).toEqual({ later: 'old' });
    expect((await overSocket).value.data).toEqual({ asWell: 'old' });
    await gateway.until(() => open.length === 2);
    expect(open).toEqual([`orders ${young.orders.url}`, `stock ${young.stock.url}`]);
  });

  it('leaves an operation to its plan while a plugin takes its time', async () => {
    const [reached, gate] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
    const told = new ToldSupergraph(old.sdl);
    const hooked = await RunningShop.start({ supergraph: told }, {
      transport,
      plugins: [{
        requestDidStart: () => Promise.resolve({
          async didResolveOperation() {
            reached.resolve(undefined);
            await gate.promise;
          },
        }),
      }],
    });
    const answer = hooked.ask('{ ordersAre }');
    await reached.promise;
    told.tell(young.sdl);
    await hooked.until(() => hooked.log.some(({ message }) => message === 'Another supergraph is served'));
    gate.resolve(undefined);
    expect((await answer).data).toEqual({ ordersAre: 'old' });
    await hooked.stop();
  });

  it('keeps the connections to a subgraph that stays where it is', async () => {
    const before = [...open];
    source.tell(Generation.compose(old.orders, young.stock));
    await switched();
    await gateway.until(() => open.length === 2);
    expect(open[0]).toBe(before[0]);
    expect(open[1]).toBe(`stock ${young.stock.url}`);
    expect((await gateway.ask('{ ordersAre stockIs }')).data).toEqual({ ordersAre: 'old', stockIs: 'young' });
    expect(logged('Another supergraph is served')).toMatchObject([{ level: 'info', fields: { subgraphs: { added: [], removed: [], moved: ['stock'], changed: [] } } }]);
  });

  it('may have a subgraph more or less', async () => {
    source.tell(Generation.compose(old.orders));
    await switched();
    expect((await gateway.ask('{ stockIs }')).errors).toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }]);
    await gateway.until(() => open.length === 1);
    source.tell(old.sdl);
    await switched(2);
    expect((await gateway.ask('{ stockIs }')).data).toEqual({ stockIs: 'old' });
    expect(logged('Another supergraph is served')).toMatchObject([
      { fields: { subgraphs: { added: [], removed: ['stock'] } } }, { fields: { subgraphs: { added: ['stock'], removed: [] } } },
    ]);
  });

  it('changes nothing where it can\'t be served, and says why', async () => {
    const { supergraph } = await ready();
    source.tell('type Query {');
    await gateway.until(() => logged('A supergraph was refused').length === 1);
    expect(logged('A supergraph was refused')).toMatchObject([{ level: 'error', fields: { supergraph: supergraph['id'], err: { message: expect.stringContaining('Not a supergraph SDL: ') } } }]);
    expect((await ready()).supergraph).toEqual({ ...supergraph, lastFailure: { at: expect.any(String), reason: expect.stringContaining('Not a supergraph SDL: ') } });
    expect((await gateway.ask(bothSubgraphs)).data).toMatchObject({ ordersAre: 'old' });
    expect(open).toHaveLength(2);
    source.tell(old.sdl);
    await eventually(async () => expect((await ready()).supergraph).toEqual(supergraph));
    expect(logged('Another supergraph is served')).toEqual([]);
  });

  it('changes nothing where it names a subgraph that can\'t be called', async () => {
    source.tell(young.sdl.replace(young.stock.url, 'nowhere'));
    await gateway.until(() => logged('A supergraph was refused').length === 1);
    expect(open).toEqual([`orders ${old.orders.url}`, `stock ${old.stock.url}`]);
  });

  it('is the last one of those that were told at once', async () => {
    source.tell(young.sdl);
    source.tell('garbage');
    source.tell(Generation.compose(young.orders));
    await switched();
    expect((await gateway.ask('{ ordersAre }')).data).toEqual({ ordersAre: 'young' });
    expect(logged('A supergraph was refused')).toEqual([]);
    await gateway.until(() => open.length === 1);
  });

  it('is let be when the gateway stops meanwhile, and nothing is left open', async () => {
    // What is in use is prepared first, so that there is a meanwhile.
    for (let index = 0; index < 20; index += 1) await gateway.ask(`{ alias${index}: stockIs }`);
    source.tell(young.sdl);
    await gateway.until(() => open.length === 4);
    await gateway.drain(1_000);
    expect(source.isEnded).toBe(true);
    source.tell(young.sdl);
    await gateway.until(() => open.length === 0);
    expect(logged('Another supergraph is served')).toEqual([]);
  });

  it('tells its identity, and since when it is served', async () => {
    const { supergraph } = await ready();
    expect(supergraph).toEqual({ id: expect.stringMatching(/^[0-9a-f]{12}$/), since: expect.stringMatching(/^\d{4}-.*Z$/), source: 'ToldSupergraph' });
    source.tell(young.sdl);
    await switched();
    const { id } = (await ready()).supergraph;
    expect(logged('Another supergraph is served')).toMatchObject([{ fields: { from: supergraph['id'], to: id } }]);
    expect(id).not.toBe(supergraph['id']);
  });

  it('asks whether its subgraphs are there where its source wants that', async () => {
    const { healthCheck } = source.given;
    await expect(healthCheck(young.sdl)).resolves.toBeUndefined();
    await young.stock.stop();
    await expect(healthCheck(young.sdl)).rejects.toThrow(/The subgraph "stock" can't be reached: .*(ECONNREFUSED|closed)/);
    expect(open).toHaveLength(2);
  });
});
