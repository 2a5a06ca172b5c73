import { derivedId, newId } from './ids';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[78][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('ids', () => {
  it('are new, and sort by when they were made', () => {
    const ids = Array.from({ length: 1000 }, newId);
    expect(new Set(ids).size).toBe(1000);
    expect([...ids].sort()).toEqual(ids);
    expect(ids[0]).toMatch(UUID);
  });

  it('derive from parts: the same from the same, another from others', () => {
    expect(derivedId('a', 1)).toBe(derivedId('a', 1));
    expect(derivedId('a', 1)).toMatch(UUID);
    const all = [derivedId('a', 1), derivedId('a', 2), derivedId('a', '1'), derivedId('a1'), derivedId('a', 1, ''), derivedId()];
    expect(new Set(all).size).toBe(all.length);
  });

  it('begin with the time of what they derive from, derived once or twice', () => {
    const id = newId();
    const derived = derivedId(`lab/client/${id}`, 0);
    expect(derived.slice(0, 13)).toBe(id.slice(0, 13));
    expect(derivedId('x', derived).slice(0, 13)).toBe(id.slice(0, 13));
    expect(derivedId(id, 0)).not.toBe(derivedId(id, 1));
  });
});
