import fc from 'fast-check';
import { Delivery } from './delivery';
import { Tape, TapeBudget } from './tape';

const budget = (maxBytes = Infinity) => new TapeBudget(maxBytes);
const limits = { maxMessages: 5, maxBytes: 1_000 };
const append = (tape: Tape, cursor: string | undefined, size = 10) => {
  if (cursor !== undefined) tape.noteCursor(cursor, tape.next);
  tape.append(new Delivery('x'.repeat(size), cursor));
};

describe('a tape', () => {
  it('knows a place however often that is told while nothing happens', () => {
    const tape = new Tape(limits, budget());
    for (let count = 0; count < 100; count += 1) tape.notePosition('@0', 0);
    expect(tape.behind('@0')).toBe(0);
    append(tape, '@1');
    for (let count = 0; count < 100; count += 1) tape.notePosition('@1', 1);
    expect(tape.behind('@0')).toBe(0);
    expect(tape.behind('@1')).toBe(1);
    expect(tape.placeAt(1)).toBe('@1');
  });

  it('remembers no more positions than it has to', () => {
    const tape = new Tape(limits, budget());
    for (let count = 0; count < 100; count += 1) tape.notePosition(`quiet ${count}`, 0);
    expect(tape.behind('quiet 99')).toBe(0);
    expect(tape.behind('quiet 0')).toBeUndefined();
    expect(tape.placeAt(0)).toBe('quiet 99');
  });

  it('keeps the newest result whatever its size, and gives back what it held', () => {
    const shared = budget(50);
    const [one, another] = [new Tape(limits, shared), new Tape(limits, shared)];
    append(one, '@1', 2_000);
    expect(one.at(0)?.text).toHaveLength(2_000);
    append(another, '@1', 40);
    append(another, '@2', 40);
    expect([another.first, another.next]).toEqual([1, 2]);
    one.discard();
    append(another, '@3', 5);
    expect([another.first, another.next]).toEqual([1, 3]);
    another.discard();
    expect(shared.used).toBe(0);
  });

  it.each([[1, 5], [64, 5], [128, 4], [600, 1]])('beside others to the number of %i keeps %i results that everybody has had', (tapes, kept) => {
    const shared = budget();
    const all = Array.from({ length: tapes }, () => new Tape(limits, shared));
    const [tape] = all;
    for (let number = 1; number <= 20; number += 1) tape?.append(new Delivery('x', `@${number}`), false);
    expect((tape?.next ?? 0) - (tape?.first ?? 0)).toBe(kept);
    for (const one of [...all, ...all]) one.discard();
    expect(shared).toMatchObject({ tapes: 0, used: 0 });
  });

  it('holds the last results within its bounds, and finds what is behind each of their cursors', () => {
    fc.assert(fc.property(fc.array(fc.nat(400), { maxLength: 40 }), (sizes) => {
      const shared = budget();
      const tape = new Tape(limits, shared);
      sizes.forEach((size, index) => append(tape, `@${index + 1}`, size));
      const held = Array.from({ length: tape.next - tape.first }, (_, index) => tape.at(tape.first + index)?.size ?? NaN);
      expect(tape.next).toBe(sizes.length);
      expect(held).toEqual(sizes.slice(tape.first));
      const bytes = held.reduce((sum, size) => sum + size, 0);
      expect(shared.used).toBe(bytes);
      expect(held.length <= 1 || (held.length <= limits.maxMessages && bytes <= limits.maxBytes)).toBe(true);
      // Not one result less than fits.
      const before = sizes[tape.first - 1];
      expect(before === undefined || held.length === limits.maxMessages || bytes + before > limits.maxBytes).toBe(true);
      for (let number = Math.max(1, tape.first); number <= tape.next; number += 1) expect(tape.behind(`@${number}`)).toBe(number);
      if (tape.first > 1) expect(tape.behind(`@${tape.first - 1}`)).toBeUndefined();
    }));
  });
});
