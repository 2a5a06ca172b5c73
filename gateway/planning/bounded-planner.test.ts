import { operationFromDocument, ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from '@apollo/federation-internals';
import { QueryPlanner } from '@apollo/query-planner';
import { parse } from 'graphql';
import { compose } from '../testing/running-shop';
import { Shop } from '../testing/shop';
import { BoundedPlanner } from './bounded-planner';

const supergraph = Supergraph.build(compose(new Shop().subgraphs()).sdl, { supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES });
const operation = operationFromDocument(supergraph.apiSchema(), parse('{ products { name rating } }'));

describe('planning', () => {
  afterEach(() => jest.restoreAllMocks());

  it('gives up what takes too long, says so, and plans the next', () => {
    const planner = new BoundedPlanner(supergraph, { maxPlanningMs: 1_000 });
    const endless = jest.spyOn(QueryPlanner.prototype, 'buildQueryPlan').mockImplementation(() => { for (;;); });
    expect(() => planner.buildQueryPlan(operation)).toThrow(expect.objectContaining({ message: expect.stringContaining('too complex'), extensions: { code: 'OPERATION_TOO_COMPLEX' } }));
    endless.mockRestore();
    expect(planner.buildQueryPlan(operation).node).toMatchObject({ kind: 'Sequence' });
  });

  it('throws what the planner throws', () => {
    const problem = new Error('No way there');
    jest.spyOn(QueryPlanner.prototype, 'buildQueryPlan').mockImplementation(() => { throw problem; });
    expect(() => new BoundedPlanner(supergraph, { maxPlanningMs: Infinity }).buildQueryPlan(operation)).toThrow(problem);
  });
});
