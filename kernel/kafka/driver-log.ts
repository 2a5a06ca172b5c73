import { logLevel, type logCreator } from 'kafkajs';
import type { Logger } from '../telemetry/logger';

/** Entries of less weight are never made. */
export const DRIVER_LOG_LEVEL = logLevel.WARN;

/**
 * What kafkajs has to say, in our log. It reports each of its attempts as an error, also those whose next one succeeds (as looking for the
 * coordinator of groups on a new cluster, which takes a moment to have one): that is for whoever debugs. What doesn't end well reaches us
 * as a rejection or a crashed consumer, and is said where that is dealt with. Only a lost place in a partition is told in no other way.
 */
export const driverLog = (logger: Logger): logCreator => () => ({ namespace, level, log: { message, ...facts } }) => {
  const isLostPlace = namespace === 'ConsumerGroup' && level === logLevel.ERROR;
  logger[isLostPlace ? 'error' : 'debug']({ driver: namespace, facts }, message);
};
