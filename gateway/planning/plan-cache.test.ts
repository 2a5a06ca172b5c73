import { GraphQLError } from 'graphql';
import { defaultLimits } from '../config';
import type { GatewayLimits } from '../config';
import { errorPresenter } from '../errors/error-presenter';
import { unchecked } from '../security/caller';
import { noIdentity } from '../security/internal-identity';
import { serveGraph } from '../supergraph/served-graph';
import { compose } from '../testing/running-shop';
import { Shop } from '../testing/shop';
import { BoundedPlanner } from './bounded-planner';

const { sdl } = compose(new Shop().subgraphs());
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** Has operations planned, as far as they are not. */
function planning(limits: Partial<GatewayLimits>): (text: string, variables?: Readonly<Record<string, unknown>>) => void {
  const { documents } = serveGraph(sdl, {
    limits: { ...defaultLimits, ...limits }, introspection: true, identityHeaders: noIdentity, presentErrors: errorPresenter({}, silent),
    transport: () => ({ execute: () => Promise.resolve({}), subscribe: () => { throw new Error('Nothing is subscribed to'); }, stop: () => Promise.resolve() }),
  });
  return (text, variables = {}) => {
    const opened = documents.open(text);
    const prepared = opened.kind === 'valid' ? opened.select(undefined) : opened.errors[0];
    if (!prepared || prepared instanceof Error) throw prepared ?? new Error('Not valid');
    prepared.executionFor(unchecked, variables);
  };
}

describe('plans', () => {
  const conditional = 'query($rated: Boolean!) { products { id rating @include(if: $rated) } }';
  let planner: jest.SpyInstance;
  beforeEach(() => { planner = jest.spyOn(BoundedPlanner.prototype, 'buildQueryPlan'); });
  afterEach(() => jest.restoreAllMocks());

  it('are made once for each set of conditions', () => {
    const plan = planning({});
    for (const rated of [true, false, true, false]) plan(conditional, { rated });
    expect(planner).toHaveBeenCalledTimes(2);
  });

  it('are kept in a number that all operations share, those used last', () => {
    const plan = planning({ cachedPlans: 2 });
    plan(conditional, { rated: true });
    plan(conditional, { rated: false });
    plan(conditional, { rated: true });
    plan('{ stock }');
    plan(conditional, { rated: true });
    expect(planner).toHaveBeenCalledTimes(3);
    plan(conditional, { rated: false });
    expect(planner).toHaveBeenCalledTimes(4);
  });

  it('are kept as far as their texts fit', () => {
    const plan = planning({ cachedPlanCharacters: 1_000 });
    const long = `{ ${Array.from({ length: 50 }, (_, index) => `stock${index}: stock`).join(' ')} }`;
    for (const text of ['{ stock }', '{ stock }', long, long]) plan(text);
    expect(planner).toHaveBeenCalledTimes(3);
  });

  it('that could not be made are not tried again at once, but later', () => {
    const plan = planning({});
    const busy = new GraphQLError('Busy', { extensions: { code: 'OPERATION_TOO_COMPLEX' } });
    planner.mockImplementationOnce(() => { throw busy; });
    const now = jest.spyOn(performance, 'now').mockReturnValue(0);
    expect(() => { plan('{ stock }'); }).toThrow(busy);
    now.mockReturnValue(59_000);
    expect(() => { plan('{ stock }'); }).toThrow(busy);
    expect(planner).toHaveBeenCalledTimes(1);
    now.mockReturnValue(61_000);
    plan('{ stock }');
    expect(planner).toHaveBeenCalledTimes(2);
  });
});
