import { defaultLimits } from '../config';
import { errorPresenter } from '../errors/error-presenter';
import { noIdentity } from '../security/internal-identity';
import { anonymous, unchecked } from '../security/caller';
import type { Caller } from '../security/caller';
import { compose } from '../testing/running-shop';
import { Shop } from '../testing/shop';
import { inProcessTransport } from '../transport/in-process-transport';
import { serveGraph } from './served-graph';
import type { ServedGraph } from './served-graph';
import { warmUp } from './warm-up';

const logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const { sdl, schemas } = compose(new Shop().subgraphs());

function serve(): ServedGraph {
  return serveGraph(sdl, {
    limits: { ...defaultLimits, cachedDocuments: 300 }, introspection: true, identityHeaders: noIdentity, presentErrors: errorPresenter({}, logger),
    transport({ name }) {
      const schema = schemas.get(name);
      if (!schema) throw new Error(`No subgraph ${name}`);
      return inProcessTransport({ schema, contextOf: (headers) => ({ headers }) });
    },
  });
}

function prepare({ documents }: ServedGraph, text: string, caller: Caller, operationName?: string): void {
  const opened = documents.open(text);
  if (opened.kind === 'invalid') throw new Error(String(opened.errors));
  const operation = opened.select(operationName);
  if (operation instanceof Error) throw operation;
  operation.executionFor(caller, {});
}

describe('the warm-up of a new graph', () => {
  const reader: Caller = { kind: 'identified', claims: {}, scopes: new Set(['secrets:read']), expiresAt: Infinity };
  let [previous, next] = [serve(), serve()];
  let planned = 0;
  beforeEach(() => {
    [previous, next] = [serve(), serve()];
    planned = 0;
    const { planner } = next.supergraph;
    const plan = planner.buildQueryPlan.bind(planner);
    planner.buildQueryPlan = (...parameters) => {
      planned += 1;
      return plan(...parameters);
    };
  });

  it('makes the plans that are in use, for the rights that they are used with', async () => {
    const asked: [string, Caller, string?][] = [
      ['{ stock }', unchecked], ['{ stock secrets }', anonymous], ['{ stock secrets }', reader], ['query A { stock } query B { reviewCount } query C { slow }', unchecked, 'B'],
    ];
    for (const each of asked) prepare(previous, ...each);
    expect(await warmUp(next, previous, () => false)).toBe(3);
    expect(planned).toBe(4);
    for (const each of asked) prepare(next, ...each);
    expect(planned).toBe(4);
    prepare(next, 'query A { stock } query B { reviewCount } query C { slow }', unchecked, 'C');
    expect(planned).toBe(5);
  });

  it('takes the documents that were used last, and no more than 200', async () => {
    for (let index = 0; index < 250; index += 1) prepare(previous, `{ alias${index}: stock }`, unchecked);
    prepare(previous, '{ alias0: stock }', unchecked);
    expect(await warmUp(next, previous, () => false)).toBe(200);
    const used = next.documents.recent(300).map(({ text }) => text);
    expect(used).toHaveLength(200);
    expect(used).toEqual(expect.arrayContaining(['{ alias0: stock }', '{ alias249: stock }']));
    expect(used).not.toContain('{ alias1: stock }');
  });

  it('leaves out what is no longer valid, and what has no plan any more', async () => {
    prepare(previous, '{ stock }', unchecked);
    prepare(previous, '{ reviewCount }', unchecked);
    prepare(previous, '{ slow }', unchecked);
    const { documents, supergraph: { planner } } = next;
    const open = documents.open.bind(documents);
    documents.open = (text, ...others) => open(text === '{ slow }' ? '{ gone }' : text, ...others);
    const plan = planner.buildQueryPlan.bind(planner);
    planner.buildQueryPlan = (operation, ...others) => {
      if (String(operation).includes('reviewCount')) throw new Error('It has no plan');
      return plan(operation, ...others);
    };
    expect(await warmUp(next, previous, () => false)).toBe(1);
  });

  it('lets others work between two documents, and ends when it has become pointless', async () => {
    for (let index = 0; index < 100; index += 1) prepare(previous, `{ alias${index}: stock }`, unchecked);
    let turns = 0;
    const warming = warmUp(next, previous, () => turns >= 10);
    const takeTurn = (): void => {
      turns += 1;
      if (turns < 10) setImmediate(takeTurn);
    };
    setImmediate(takeTurn);
    const prepared = await warming;
    expect(prepared).toBeGreaterThan(0);
    expect(prepared).toBeLessThanOrEqual(10);
  });
});
