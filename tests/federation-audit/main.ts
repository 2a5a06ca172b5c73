import { join } from 'node:path';
import { CheckoutRefused, serveAudit } from './audit-subgraphs';
import { runSuite } from './run-suite';

const usage = `Runs the public federation audit (github.com/graphql-hive/federation-gateway-audit) on this gateway.

  npm run audit -- DIR [SUITE...]

  DIR      a checkout of the audit, after "npm install --omit=dev" there
  SUITE    only these of its suites, as requires-circular

Prints a line for each failed case, and the total. Exit code: 0 if every case passes, 1 if one fails, 2 if the audit can't be run.`;

const notRun = 2;

async function main([checkout, ...only]: readonly string[]): Promise<number> {
  if (checkout === undefined || checkout === '--help') {
    process.stdout.write(`${usage}\n`);
    return checkout === undefined ? notRun : 0;
  }
  const audit = await serveAudit(checkout, join(__dirname, '../../node_modules'));
  try {
    const suites = await (await fetch(`${audit.url}/ids`)).json() as readonly string[];
    const unknown = only.find((name) => !suites.includes(name));
    if (unknown !== undefined) throw new CheckoutRefused(`The audit has no suite "${unknown}"; it has ${suites.join(', ')}`);
    let [cases, passed] = [0, 0];
    for (const suite of only.length > 0 ? only : suites) {
      const result = await runSuite(audit.url, suite);
      cases += result.cases;
      passed += result.cases - result.failed.length;
      for (const { name, deviation } of result.failed) process.stdout.write(`failed ${name}: ${deviation}\n`);
    }
    process.stdout.write(`${passed} of ${cases} cases pass\n`);
    return passed === cases && cases > 0 ? 0 : 1;
  } finally {
    audit.stop();
  }
}

main(process.argv.slice(2)).then(
  (code) => { process.exitCode = code; },
  (error: unknown) => {
    process.stderr.write(`audit: ${error instanceof CheckoutRefused ? error.message : String((error as Error).stack)}\n`);
    process.exitCode = notRun;
  },
);
