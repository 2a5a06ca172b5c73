import fc from 'fast-check';
import { canonicalJson } from './canonical-json';
import { inputHash } from './input-hash';

const request = { type: 'Do', actor: { userId: 'ada', name: 'Ada' }, stream: 'lab/thing/1' as const, data: { a: 1, b: { c: [1, 2], d: null } } };

describe('the hash of a request', () => {
  it('is the same whatever the order of keys, and whatever the actor is called meanwhile', () => {
    const other = { ...request, actor: { userId: 'ada', name: 'Ada King' }, data: { b: { d: null, c: [1, 2] }, a: 1, e: undefined } };
    expect(inputHash(other)).toBe(inputHash(request));
    expect(inputHash(request)).toMatch(/^[0-9a-f]{32}$/);
  });

  it.each([
    ['type', { ...request, type: 'Undo' }],
    ['actor', { ...request, actor: { userId: 'eve', name: 'Ada' } }],
    ['stream', { ...request, stream: 'lab/thing/2' as const }],
    ['data', { ...request, data: { ...request.data, a: 2 } }],
    ['order of a list', { ...request, data: { a: 1, b: { c: [2, 1], d: null } } }],
  ])('is another one for another %s', (_what, other) => {
    expect(inputHash(other)).not.toBe(inputHash(request));
  });

  it('is the same for sender and receiver: for a value and what comes of it over the wire', () => {
    fc.assert(fc.property(fc.object({ withDate: true, withSparseArray: true, values: [fc.double(), fc.string(), fc.boolean(), fc.constant(undefined)] }), (data) => {
      expect(canonicalJson(JSON.parse(JSON.stringify(data)))).toBe(canonicalJson(data));
    }));
    expect(canonicalJson({ '10': 1, '9': 2, b: -0, __proto__: null })).toBe(canonicalJson(JSON.parse('{"9":2,"10":1,"b":0}')));
  });
});
