import { inASentence, outliveReaders, stopOnSignal } from '@test-planning/kernel/lifecycle';
import { DataDirectoryInUseError } from '@test-planning/kernel/sqlite';
import { welcome } from '@test-planning/sign-in';
import { readConfig } from './config';
import { startStandalone, type RunningStandalone } from './service';

/** Drains on the first signal; a second one ends the process at once, which loses nothing either. */
const stopWhenAsked = (system: RunningStandalone): void => {
  stopOnSignal((reason) => {
    process.stdout.write(`\n${reason}: finishing what is in hand\n`);
    system.stop().then(
      () => process.stdout.write('Stopped\n'),
      (error: unknown) => {
        process.stderr.write(`Stopping failed: ${String((error as Error).stack)}\n`);
        process.exitCode = 1;
      },
    );
  });
};

const main = async (): Promise<void> => {
  outliveReaders();
  const config = readConfig(process.env);
  const system = await startStandalone(config);
  stopWhenAsked(system);
  process.stdout.write(welcome(system.url, { dataDir: config.dataDir, data: `Data lies in ${config.dataDir}` }));
};

main().catch((error: unknown) => {
  process.stderr.write(`${inASentence(error, [DataDirectoryInUseError])}\n`);
  process.exit(1);
});
