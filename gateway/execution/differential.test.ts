import fc from 'fast-check';
import { difference } from '../testing/foreign/compare-answers';
import { foreignGateway } from '../testing/foreign/foreign-gateway';
import type { ForeignGateway } from '../testing/foreign/foreign-gateway';
import { foreignSupergraphs } from '../testing/foreign/foreign-supergraphs';
import { OperationArbitrary } from '../testing/foreign/operation-arbitrary';
import { regressions } from '../testing/foreign/regressions';

/** For each supergraph; DIFFERENTIAL_RUNS and DIFFERENTIAL_SEED try more, and others. */
const runs = Number(process.env['DIFFERENTIAL_RUNS'] ?? 180);
const seed = Number(process.env['DIFFERENTIAL_SEED'] ?? 20_261_121);

describe.each(foreignSupergraphs.map((supergraph) => ({ name: supergraph.name, supergraph })))('a gateway of the supergraph "$name"', ({ name, supergraph }) => {
  let gateway: ForeignGateway;
  beforeAll(() => { gateway = foreignGateway(supergraph); });

  /** Says whether there was an answer to compare. */
  async function expectAgreement(text: string, variables: Readonly<Record<string, unknown>>, operationName?: string): Promise<boolean> {
    const answer = await gateway.execute(text, variables, operationName);
    if (answer.errors.some(({ extensions }) => extensions['code'] === 'OPERATION_TOO_COMPLEX')) return false;
    const wrong = difference(await gateway.expected(text, variables, operationName), answer);
    if (wrong !== undefined) throw new Error(wrong);
    return true;
  }

  it('answers random operations as one schema with all the data does', async () => {
    const operations = new OperationArbitrary({ schema: gateway.apiSchema, samples: supergraph.samples });
    // Of other seeds some may have too many ways to be planned at all: others take their places.
    await fc.assert(fc.asyncProperty(operations, async ({ text, variables, operationName }) => fc.pre(await expectAgreement(text, variables, operationName))), {
      numRuns: runs, seed, maxSkipsPerRun: 1,
    });
  }, 240_000);

  it.each((regressions[name] ?? []).map(({ about, query, variables }) => [about, query, variables] as const))('agrees about %s', async (_, query, variables) => {
    expect(await expectAgreement(query, variables ?? {})).toBe(true);
  });
});
