import { DataDirectoryInUseError } from '@test-planning/kernel/sqlite';
import { readConfig, ConfigError } from './config';
import { startStandalone, type RunningStandalone } from './service';
import { welcome } from './welcome';

/** Drains on the first signal; a second one ends the process at once, which loses nothing either. */
const stopOnSignal = (system: RunningStandalone): void => {
  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) process.exit(130);
    stopping = true;
    process.stdout.write(`\n${signal}: finishing what is in hand\n`);
    system.stop().then(
      () => process.stdout.write('Stopped\n'),
      (error: unknown) => {
        process.stderr.write(`Stopping failed: ${String((error as Error).stack)}\n`);
        process.exitCode = 1;
      },
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
};

/** Whoever read what is printed may have gone, as in `npm start | head`: that is no reason to end, least of all in the middle. */
const outliveReaders = (): void => {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
};

const main = async (): Promise<void> => {
  outliveReaders();
  const config = readConfig(process.env);
  const system = await startStandalone(config);
  stopOnSignal(system);
  process.stdout.write(welcome(system.url, config));
};

/** What a person can mend is told in a sentence; anything else is a bug and shows where. */
const sentence = (error: unknown): string => {
  if (error instanceof ConfigError || error instanceof DataDirectoryInUseError) return error.message;
  const { code, message, stack } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return `The address is in use (${message}): set PORT to another one.`;
  if (code === 'EEXIST' || code === 'ENOTDIR') return `DATA_DIR has to be a directory (${message}).`;
  if (code === 'EACCES' || code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EROFS') return message;
  return String(stack);
};

main().catch((error: unknown) => {
  process.stderr.write(`${sentence(error)}\n`);
  process.exit(1);
});
