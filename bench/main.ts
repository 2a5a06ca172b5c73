import { cpus } from 'node:os';
import { benchDistributed } from './distributed/bench';
import { benchGateway } from './gateway/bench';
import { benchAdmission } from './admission/bench';
import { benchReads } from './reads/bench';
import { benchRebuild } from './rebuild/bench';
import { benchStandalone } from './standalone/bench';

const suites: Record<string, (args: readonly string[]) => Promise<void>> = {
  standalone: benchStandalone, distributed: benchDistributed, reads: benchReads, rebuild: benchRebuild, gateway: benchGateway, admission: benchAdmission,
};

/** `npm run bench [-- SUITE [ITS OWN ARGUMENTS]]`: prints what it costs, with the machine and the versions it was measured on. */
const main = async (): Promise<void> => {
  const [name = 'standalone', ...args] = process.argv.slice(2);
  const suite = suites[name];
  if (!suite) throw new Error(`There is no suite "${name}"; there are: ${Object.keys(suites).join(', ')}.`);
  const cores = cpus();
  console.log(`${cores.length} x ${cores[0]?.model ?? 'unknown'}, ${process.platform}, Node ${process.version}, SQLite ${process.versions.sqlite ?? 'unknown'}\n`);
  await suite(args);
};

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
