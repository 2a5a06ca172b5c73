import fc from 'fast-check';
import { commands, run } from './run';

/** Interleavings per pair of processes; set INTERLEAVINGS for a longer search. */
const RUNS = Number(process.env.INTERLEAVINGS ?? 40);

const choices = fc.array(fc.nat(100_000), { maxLength: 120, size: 'max' });

const pairs = commands.flatMap((one, index) => commands.slice(index).map((other) => [one, other] as const));

test('every pair of processes on shared things ends with both sides of each link or neither, whatever the order', () => {
  for (const pair of pairs) {
    fc.assert(
      fc.property(choices, (order) => {
        run(pair, order);
      }),
      { numRuns: RUNS },
    );
  }
});

test('so do several at once', () => {
  const several = fc.array(fc.constantFrom(...commands), { minLength: 3, maxLength: 5 });
  fc.assert(
    fc.property(several, choices, (started, order) => {
      run(started, order);
    }),
    { numRuns: RUNS * 25 },
  );
});
