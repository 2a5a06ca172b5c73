import type { LabClient } from '../system/client';
import { startWithCrowd, type Crowd } from '../system/crowd';

describe('The cost of operations', () => {
  let crowd: Crowd;
  let alice: LabClient;
  beforeAll(async () => {
    crowd = await startWithCrowd();
    alice = await crowd.enter();
  });
  afterAll(() => crowd.leave());

  const nested = (depth: number, first: number): string => {
    const level = (left: number): string =>
      left === 0 ? 'id' : `id ${(depth - left) % 2 === 0 ? 'methods' : 'experiments'}(first: ${first}) { nodes { ${level(left - 1)} } }`;
    return `{ experiments(first: ${first}) { nodes { ${level(depth)} } } }`;
  };
  const aliased = (count: number, field: string): string => `{ ${Array.from({ length: count }, (_, index) => `a${index}: ${field}`).join(' ')} }`;

  it.each([
    ['lists in lists to depth 4', nested(3, 100)],
    ['lists of the default length to depth 4', nested(3, 20)],
    ['200 aliases of a long list', aliased(200, 'auditTrail(first: 100) { nodes { id actor { name } } }')],
    ['refusals within processes within refusals', '{ processes(first: 100) { nodes { steps { refusal { process { steps { id } } } } } } }'],
  ])('refuse %s before anything is executed, and say what it costs', async (_, query) => {
    const { data, errors } = await alice.request(query);
    expect(errors).toMatchObject([{ extensions: { code: 'COST_ESTIMATED_TOO_EXPENSIVE', cost: { estimated: expect.any(Number) as number, max: expect.any(Number) as number } } }]);
    expect(data ?? null).toBeNull();
  });

  it.each([
    ['a page of experiments with their methods', nested(1, 50)],
    ['lists of the default length to depth 2', nested(1, 20)],
  ])('let %s through', async (_, query) => {
    expect((await alice.request(query)).errors).toBeUndefined();
  });
});
