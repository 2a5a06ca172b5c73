import fc from 'fast-check';
import { choices, severalCommands } from './interleavings';
import { commands, run } from './run';

/** Interleavings per pair of processes; set INTERLEAVINGS for a longer search. */
const RUNS = Number(process.env.INTERLEAVINGS ?? 30);

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
  fc.assert(
    fc.property(severalCommands, choices, (started, order) => {
      run(started, order);
    }),
    { numRuns: RUNS * 25 },
  );
});
