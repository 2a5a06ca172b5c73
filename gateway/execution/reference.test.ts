import fc from 'fast-check';
import { airline } from '../testing/foreign/airline';
import { difference } from '../testing/foreign/compare-answers';
import { foreignGateway } from '../testing/foreign/foreign-gateway';
import { hospital } from '../testing/foreign/hospital';
import { library } from '../testing/foreign/library';
import { OperationArbitrary } from '../testing/foreign/operation-arbitrary';
import { referenceExecutor } from '../testing/reference-executor';

const runs = 60;

/**
 * A second witness, so that the oracle and our executor can't be wrong in the same way. It is no judge: it drops what a fragment selects of a value whose
 * type the plan did not ask for, and tells errors of entities at places that no client knows.
 */
describe.each([{ supergraph: airline }, { supergraph: hospital }, { supergraph: library }])('@apollo/gateway\'s executor on the supergraph "$supergraph.name"', ({ supergraph }) => {
  it('nearly always has the data that one schema has', async () => {
    const { apiSchema, execute, expected } = foreignGateway(supergraph, referenceExecutor);
    let agreed = 0;
    for (const { text, variables, operationName } of fc.sample(new OperationArbitrary({ schema: apiSchema, samples: supergraph.samples }), { numRuns: runs, seed: 5 })) {
      const wrong = difference(await expected(text, variables, operationName), await execute(text, variables, operationName), 'data');
      if (wrong === undefined) agreed += 1;
    }
    expect(agreed).toBeGreaterThanOrEqual(runs * 0.9);
  }, 120_000);
});
