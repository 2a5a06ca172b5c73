import { inASentence, outliveReaders, stopOnSignal } from '@test-planning/kernel/lifecycle';
import { KafkaSetupError } from '@test-planning/kernel/kafka';
import { MongodbSetupError } from '@test-planning/kernel/mongodb';
import { createLogger, type Logger } from '@test-planning/kernel/telemetry';
import { readCommandLine, usage } from './command-line';
import { runApi } from './processes/api';
import { runGateway } from './processes/gateway';
import type { ProcessPorts, RunningProcess } from './processes/running-process';
import { runWorker } from './processes/worker';
import { readSettings, type Settings } from './settings/settings';

const run = (settings: Settings, ports: ProcessPorts): Promise<RunningProcess> => {
  switch (settings.kind) {
    case 'api':
      return runApi(settings, ports);
    case 'worker':
      return runWorker(settings, ports);
    case 'gateway':
      return runGateway(settings, ports);
  }
};

const told = (error: unknown): string => inASentence(error, [KafkaSetupError, MongodbSetupError]);

/** What is not done within the time to stop is done again by whoever takes over: nothing is lost, so the process ends all the same. */
const stopWhenAsked = (running: Promise<RunningProcess>, { drainMs }: Settings, logger: Logger): void => {
  stopOnSignal((reason) => {
    logger.info({ reason }, 'Stopping: finishing what is in hand');
    setTimeout(() => {
      logger.warn({ drainMs }, 'Something in hand could not be finished in time; it will be done again');
      process.exit(0);
    }, drainMs);
    running.then((process) => process.stop()).then(
      () => {
        logger.info('Stopped');
        process.exit(0);
      },
      (error: unknown) => {
        logger.error({ err: error }, 'Stopping failed');
        process.exit(1);
      },
    );
  });
};

const main = async (): Promise<void> => {
  outliveReaders();
  const commandLine = readCommandLine(process.argv.slice(2));
  if (!commandLine) {
    process.stdout.write(usage);
    return;
  }
  const settings = readSettings(commandLine.process, { ...process.env, ...commandLine.environment });
  const logger = createLogger({ service: settings.name, level: settings.logLevel });
  const fail = (error: unknown): void => {
    logger.error({ err: error }, `This process can't go on: ${told(error)}`);
    process.exit(1);
  };
  process.on('uncaughtException', fail);
  process.on('unhandledRejection', fail);
  const running = run(settings, { logger, clock: () => new Date(), fail });
  // Also while it starts it can be asked to stop.
  stopWhenAsked(running, settings, logger);
  // The runner learns where a process is that took a free port.
  process.send?.({ url: (await running).url });
};

main().catch((error: unknown) => {
  process.stderr.write(`${told(error)}\n`);
  process.exit(1);
});
