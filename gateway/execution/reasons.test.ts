import { Reasons } from './reasons';

function reasonsAt(...paths: (string | number)[][]): Reasons {
  const reasons = new Reasons();
  for (const path of paths) reasons.add(path);
  return reasons;
}

describe('a reason', () => {
  it('accounts for what is at its place, below it and above it', () => {
    const reasons = reasonsAt(['a', 0, 'b']);
    for (const place of [['a', 0, 'b'], ['a', 0, 'b', 'c', 1], ['a', 0], ['a']]) expect(reasons.accountFor(place)).toBe(true);
  });

  it('accounts for nothing beside it', () => {
    const reasons = reasonsAt(['a', 0, 'b']);
    for (const place of [['a', 1], ['a', 1, 'b'], ['a', 0, 'c'], ['b']]) expect(reasons.accountFor(place)).toBe(false);
  });

  it('holds for all items of a list of which it names none', () => {
    const reasons = reasonsAt(['a', 'b']);
    for (const place of [['a', 0, 'b'], ['a', 7, 'b', 2, 'c'], ['a', 7]]) expect(reasons.accountFor(place)).toBe(true);
    expect(reasons.accountFor(['a', 0, 'c'])).toBe(false);
  });

  it('without a path accounts for everything, and where there is none nothing is accounted for', () => {
    expect(reasonsAt([]).accountFor(['a', 0])).toBe(true);
    expect(reasonsAt().accountFor([])).toBe(false);
  });
});
