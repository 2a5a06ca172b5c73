import type { Logger } from '../telemetry/logger';
import { AdminClient } from './admin-client';
import type { ClientOptions } from './client';
import { reasonOf, type KafkaHealth } from './health';

const TIMEOUT_MS = 2000;

interface Pinging {
  client: ClientOptions;
  everyMs: number;
  health: KafkaHealth;
  logger: Logger;
}

/** Asks Kafka from time to time whether it is there, so that also who is idle knows. Returns how to end it. */
export const keepPinging = ({ client, everyMs, health, logger }: Pinging): (() => void) => {
  // A connection of its own, as one that doesn't answer is cut.
  const admin = new AdminClient(client, TIMEOUT_MS, 0);
  let isReachable = true;
  let isStopped = false;
  const ping = async (): Promise<void> => {
    try {
      await admin.ask((asked) => asked.describeCluster());
      health.reached();
      if (!isReachable) logger.info('Kafka can be reached again');
      isReachable = true;
    } catch (error) {
      if (isStopped) return;
      health.unreachable(error);
      if (isReachable) logger.warn({ reason: reasonOf(error) }, "Kafka can't be reached");
      isReachable = false;
    }
    if (!isStopped) timer = setTimeout(() => void ping(), everyMs).unref();
  };
  let timer = setTimeout(() => void ping(), everyMs).unref();
  return () => {
    isStopped = true;
    clearTimeout(timer);
    admin.close();
  };
};
