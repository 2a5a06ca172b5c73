import { beginAt } from './recorded-offsets';

it('begins where a group was when the log still has the records after it', () => {
  expect(beginAt(7n, { first: 3n, next: 9n })).toEqual({ at: 7n, trimmed: 0n });
});

it('begins at the first record that is left, and counts those that are gone', () => {
  expect(beginAt(2n, { first: 5n, next: 9n })).toEqual({ at: 5n, trimmed: 3n });
});

it('begins at the first record of a topic that was made again', () => {
  expect(beginAt(12n, { first: 0n, next: 9n })).toEqual({ at: 0n, trimmed: 0n });
});
