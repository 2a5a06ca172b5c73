import { serveHealth, type Dependency } from '@test-planning/kernel/health';
import { connectKafka, connectMongodb } from '../connections/open';
import { retentionOf } from '../connections/topics';
import { whenAvailable } from '../connections/when-available';
import { startWorkerOf } from '../services';
import type { WorkerSettings } from '../settings/settings';
import { readinessOf } from './readiness';
import type { ProcessPorts, RunningProcess } from './running-process';

/** Works as soon as Kafka and MongoDB are there, in whatever order they come; its health can be asked from the start on. */
export const runWorker = async (settings: WorkerSettings, ports: ProcessPorts): Promise<RunningProcess> => {
  const { logger, clock, fail } = ports;
  const { name: clientId, service, host, port, processDeadlineMs } = settings;
  const kafka = connectKafka(settings.kafka, { clientId, logger }, { retention: retentionOf(settings.kafka.commandsKeepMs) });
  const mongodb = connectMongodb(settings.mongodb, service, { clientId, logger });
  const connections = [kafka, mongodb];
  const stopping = new AbortController();
  let state: 'starting' | 'working' = 'starting';
  const work: Dependency = { name: 'work', problem: () => (state === 'working' ? undefined : 'not begun yet') };

  const start = async () => {
    const [openKafka, openMongodb] = await Promise.all([kafka.opened, mongodb.opened]);
    if (!openKafka || !openMongodb) return undefined;
    const { stores, transactor } = openMongodb;
    // The views may have to be brought up to date first, and what that needs may go away meanwhile.
    const started = await whenAvailable(
      () => startWorkerOf[service]({ processDeadlineMs }, { ...stores, log: openKafka.log, transactor, clock, logger }),
      {
        signal: stopping.signal,
        onFailure: (err, failures) => {
          logger.warn({ err, failures }, 'The work can\'t begin yet; trying again');
        },
      },
    );
    if (!started) return undefined;
    state = 'working';
    logger.info('Working');
    return started;
  };

  const health = await serveHealth({ host, port }, () => {
    const { ok, details } = readinessOf([...connections, work], [...connections, work]);
    const failing = state === 'working' && kafka.problem() === undefined ? kafka.now().log.failing() : [];
    return stopping.signal.aborted ? { ok: false, details: { reason: 'shutting down', ...details } } : { ok, failing, details };
  });
  logger.info({ url: health.url, kafka: settings.kafka.brokers, mongodb: settings.mongodb.databasePrefix }, 'Started');
  const worker = start().catch((error: unknown) => {
    if (stopping.signal.aborted) logger.info({ err: error }, 'The start was given up, as the process is to stop');
    else fail(error);
    return undefined;
  });
  return {
    url: health.url,
    stop: async () => {
      stopping.abort();
      // What has not begun by now is not waited for: a server may never come.
      if (state === 'working') await (await worker)?.stop();
      await Promise.all(connections.map((connection) => connection.close()));
      await health.stop();
    },
  };
};
