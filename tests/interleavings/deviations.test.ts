import fc from 'fast-check';
import { deviations, type Deviation } from './deviations';
import { choices, severalCommands } from './interleavings';
import { run } from './run';
import { Violation } from './violation';

/** Enough for the rarest of them, many times over. */
const RUNS = 20_000;
/** Always the same search, so that it always takes as long. */
const SEED = Number(process.env.SEED ?? 2);

/** It keeps every promise but the users' time: no search for broken ones can notice it, its story does. */
const harmless: Deviation = 'a deadline overtakes the answers that wait';

test.each((Object.keys(deviations) as Deviation[]).filter((name) => name !== harmless))(
  'the search notices when %s',
  (deviation) => {
    const details = fc.check(
      fc.property(severalCommands, choices, (started, order) => {
        run(started, order, deviations[deviation]());
      }),
      { numRuns: RUNS, endOnFailure: true, seed: SEED },
    );
    expect(details.errorInstance).toBeInstanceOf(Violation);
  },
);
