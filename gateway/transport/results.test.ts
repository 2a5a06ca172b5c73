import { anything, assert, asyncProperty, constantFrom, dictionary, jsonValue, oneof, property, record, string } from 'fast-check';
import { positionsIn } from './positions';
import { resultIn } from './result-answer';
import { resultOf } from './results';

const nearlyResults = record({
  data: oneof(jsonValue(), dictionary(string(), jsonValue())),
  errors: oneof(jsonValue(), constantFrom([{ message: 'a', path: [1, {}, 'x'] }], [{ message: 1 }], [null], { length: 1 })),
  extensions: jsonValue(),
}, { requiredKeys: [] });

describe('reading what subgraphs say', () => {
  it('gives a result that is as GraphQL says, or none', () => {
    assert(property(oneof(nearlyResults, jsonValue()), (value) => {
      const result = resultOf(JSON.parse(JSON.stringify(value)));
      if (!result) return;
      const { data, errors } = result;
      expect(data !== undefined || (errors?.length ?? 0) > 0).toBe(true);
      expect(typeof (data ?? {}) === 'object' && !Array.isArray(data)).toBe(true);
      for (const { message, path = [], extensions = {} } of errors ?? []) {
        expect(typeof message).toBe('string');
        expect(path.every((step) => typeof step === 'string' || Number.isSafeInteger(step))).toBe(true);
        expect(typeof extensions === 'object' && !Array.isArray(extensions)).toBe(true);
      }
    }), { numRuns: 2_000 });
  });

  it('fails by an error that is its own, whatever the body is', async () => {
    const bodies = oneof(string(), jsonValue().map((value) => JSON.stringify(value)), nearlyResults.map((value) => JSON.stringify(value).slice(0, -1)));
    await assert(asyncProperty(bodies, async (body) => {
      const outcome = await resultIn({ status: 200, headers: { 'content-type': 'application/json' }, body: Buffer.from(body) }, 1_000_000).catch((error: unknown) => error);
      expect(outcome instanceof Error ? outcome.name : Object.keys(outcome as object)).toEqual(outcome instanceof Error ? 'UnusableAnswer' : ['text', 'result']);
    }), { numRuns: 1_000 });
  });

  it('leaves out extensions that could not be written any more', () => {
    const nested = (levels: number) => JSON.parse(`${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`) as object;
    const told = resultOf({ errors: [{ message: 'deep', extensions: nested(50_000) }, { message: 'flat', extensions: nested(100) }] });
    expect(told?.errors?.map(({ message, extensions }) => [message, extensions !== undefined])).toEqual([['deep', false], ['flat', true]]);
  });

  it('finds positions in the payload of a ping, and takes nothing else for them', () => {
    expect(positionsIn({ positions: { 1: '@1', 2: 7, 3: '', 4: null, 5: 'x'.repeat(4_097) }, other: 1 })).toEqual([['1', '@1']]);
    assert(property(anything(), (payload) => {
      for (const [id, cursor] of positionsIn(payload)) expect([typeof id, typeof cursor]).toEqual(['string', 'string']);
    }));
  });
});
