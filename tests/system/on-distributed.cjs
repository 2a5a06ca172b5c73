/** Before each file of journeys on the distributed edition: they drive the one that runs, or are skipped where there can be none. */
const { DISTRIBUTED_URL, DISTRIBUTED_DATA_DIR, REQUIRE_SERVERS, SERVERS_MISSING } = process.env;

if (DISTRIBUTED_URL) {
  process.env.SYSTEM_URL = DISTRIBUTED_URL;
  process.env.SYSTEM_DATA_DIR = DISTRIBUTED_DATA_DIR;
} else {
  const reason = `There is no distributed system to drive: ${SERVERS_MISSING}`;
  if (REQUIRE_SERVERS === '1') throw new Error(reason);
  const { describe } = globalThis;
  const skipped = (name, tests) => describe.skip(`${name} (${reason})`, tests);
  globalThis.describe = Object.assign(skipped, { each: describe.skip.each, skip: describe.skip });
  globalThis.it = globalThis.it.skip;
}
