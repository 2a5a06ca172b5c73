import { CurrentGraph } from './current-graph';
import { GraphUse } from './graph-use';
import type { ServedGraph } from './served-graph';

describe('the current graph', () => {
  const logged: string[] = [];
  const log = (level: string) => (_: object, message: string) => void logged.push(`${level}: ${message}`);
  const logger = { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') };
  let ended: string[];
  const graph = (id: string): ServedGraph => ({ id, use: new GraphUse(() => Promise.resolve(void ended.push(id))) }) as unknown as ServedGraph;
  beforeEach(() => {
    ended = [];
    logged.length = 0;
  });

  it('lets one go when it is replaced and nobody holds it any more, once', () => {
    const [first, second] = [graph('1'), graph('2')];
    const graphs = new CurrentGraph(first, logger);
    const [letGo, letGoToo] = [first.use.hold(), first.use.hold()];
    graphs.replace(second);
    letGo();
    letGo();
    expect(ended).toEqual([]);
    letGoToo();
    expect(ended).toEqual(['1']);
    const never = second.use.hold();
    never();
    expect(ended).toEqual(['1']);
  });

  it('is still held by what listeners took over', () => {
    const first = graph('1');
    const graphs = new CurrentGraph(first, logger);
    let letGo = (): void => undefined;
    graphs.onReplaced(() => { letGo = first.use.hold(); });
    graphs.replace(graph('2'));
    expect(ended).toEqual([]);
    letGo();
    expect(ended).toEqual(['1']);
  });

  it('tells every listener, though one fails', () => {
    const graphs = new CurrentGraph(graph('1'), logger);
    const told: string[] = [];
    graphs.onReplaced(() => { throw new Error('it broke'); });
    const end = graphs.onReplaced(({ id }) => told.push(id));
    graphs.replace(graph('2'));
    end();
    graphs.replace(graph('3'));
    expect(told).toEqual(['2']);
    expect(graphs.current.id).toBe('3');
    expect(logged).toEqual(Array(2).fill('error: Another supergraph is served, but a part of the gateway could not follow'));
  });

  it('keeps no more than eight former ones for those who hold them', () => {
    const graphs = new CurrentGraph(graph('0'), logger);
    for (let next = 1; next <= 10; next += 1) {
      graphs.current.use.hold();
      graphs.replace(graph(String(next)));
    }
    expect(ended).toEqual(['0', '1']);
    expect(logged).toHaveLength(2);
    expect(logged[0]).toContain('warn: Too many former supergraphs');
  });

  it('ends all of them when it stops', async () => {
    const graphs = new CurrentGraph(graph('1'), logger);
    graphs.current.use.hold();
    graphs.replace(graph('2'));
    graphs.current.use.hold();
    await graphs.stop();
    expect(ended.sort()).toEqual(['1', '2']);
  });
});
