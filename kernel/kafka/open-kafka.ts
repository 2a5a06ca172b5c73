import { KafkaJSSASLAuthenticationError } from 'kafkajs';
import type { Dependency } from '../health/dependency';
import { DEFAULT_BACK_OFF, waitBackOff } from '../messaging/back-off';
import type { Log } from '../messaging/log';
import { AdminClient } from './admin-client';
import { Appender } from './appender';
import { checkBroker } from './broker-check';
import type { ClientOptions } from './client';
import { KafkaHealth, reasonOf } from './health';
import { KafkaLog } from './kafka-log';
import { DEFAULT_APPEND_TIMEOUT_MS, DEFAULT_TUNING, type KafkaOptions, type Tuning } from './options';
import { keepPinging } from './ping';
import { Producer } from './producer';
import { checkRetention, keepRetention } from './retention';
import { KafkaSetupError } from './setup-error';
import { ensureTopics, type Topic } from './topics';

/** Long enough for a cluster that is busy with starting. */
const ADMIN_TIMEOUT_MS = 10_000;
const CLOSE_GRACE_MS = 5000;
const SAY_EVERY_MS = 5000;

export interface Kafka {
  log: Log;
  health: Dependency;
  /** Ends all subscriptions, sends what waits (for at most 5 s), and disconnects. */
  close(): Promise<void>;
}

/**
 * Opens the log on Kafka. Waits until a broker can be reached, as processes start in any order, and says so in the log.
 *
 * @param options.retention deletes records of topics of commands only, else it is a TypeError
 * @throws {KafkaSetupError} when waiting doesn't help: a broker that is too old, a topic with other partitions, too few brokers.
 */
export const openKafka = async (options: KafkaOptions, tuning: Partial<Tuning> = {}): Promise<Kafka> => {
  const settings: Tuning = { ...DEFAULT_TUNING, ...tuning };
  const { brokers, clientId, logger, prefix = '', ssl, sasl, appendTimeoutMs = DEFAULT_APPEND_TIMEOUT_MS, backOff = DEFAULT_BACK_OFF, retention, clock = () => new Date() } = options;
  if (retention) checkRetention(retention, options.topics);
  const client: ClientOptions = { brokers, clientId, logger, ...(ssl !== undefined && { ssl }), ...(sasl && { sasl }), ...(settings.connect && { connect: settings.connect }) };
  const admin = new AdminClient(client, ADMIN_TIMEOUT_MS);
  const topics = await whenReachable(options, admin);
  const batchBytes = new Map(topics.map((topic) => [topic.kafkaName, topic.batchBytes]));
  const health = new KafkaHealth();
  const appender = new Appender({
    connect: () => Producer.connect(client, Math.min(appendTimeoutMs, ADMIN_TIMEOUT_MS)),
    batchBytes: (topic) => (batchBytes.get(topic) ?? 0) * BATCH_FILL,
    timeoutMs: appendTimeoutMs,
    queueBytes: settings.queueBytes,
    backOff,
    onSent: () => {
      health.sent();
    },
    onFailure: (error) => {
      // Said once: what waits goes on trying, and an outage has many attempts.
      logger[health.notSent(error) ? 'warn' : 'debug']({ reason: reasonOf(error) }, 'Could not send to Kafka');
    },
  });
  await appender.connect();
  const log = new KafkaLog({ options, topics, client, admin, appender, health, tuning: settings, logger });
  const stopPinging = keepPinging({ client, everyMs: settings.pingEveryMs, health, logger });
  const stopRetention = retention && keepRetention({ retention, topics, prefix, admin, clock, logger });
  return {
    log,
    health,
    close: async () => {
      await log.stop();
      await appender.close(CLOSE_GRACE_MS);
      stopPinging();
      await stopRetention?.();
      admin.close();
    },
  };
};

/** So much of what a topic takes at once is used, as sizes of records are estimated from above. */
const BATCH_FILL = 0.95;

const whenReachable = async (options: KafkaOptions, admin: AdminClient): Promise<Topic[]> => {
  const { brokers, ssl = false, topics, topicSettings = {}, prefix = '', logger, backOff = DEFAULT_BACK_OFF, signal = new AbortController().signal } = options;
  const begun = performance.now();
  let said = -Infinity;
  for (let failures = 1; ; failures += 1) {
    try {
      await checkAny(brokers, ssl);
      return await ensureTopics(topics, topicSettings, { admin, prefix, logger });
    } catch (error) {
      signal.throwIfAborted();
      const unfit = unfitness(error);
      if (unfit) {
        admin.close();
        throw unfit;
      }
      const now = performance.now();
      if (now - said > SAY_EVERY_MS) {
        said = now;
        logger.warn({ brokers, reason: reasonOf(error), waitedSeconds: Math.round((now - begun) / 1000) }, 'Waiting for Kafka');
      }
      await waitBackOff(failures, backOff, signal);
    }
  }
};

/** What waiting doesn't help against. */
const unfitness = (error: unknown): KafkaSetupError | undefined => {
  if (error instanceof KafkaSetupError) return error;
  if (error instanceof KafkaJSSASLAuthenticationError) return new KafkaSetupError(`Kafka refuses the credentials: ${error.message}`, { cause: error });
  return undefined;
};

/** One that answers is enough; a cluster may be short of some. */
const checkAny = async (brokers: readonly string[], ssl: boolean): Promise<void> => {
  const answers = await Promise.allSettled(brokers.map((broker) => checkBroker(broker, ssl)));
  const failures = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason as unknown] : []));
  const unfit = failures.find((failure) => failure instanceof KafkaSetupError);
  if (unfit) throw unfit;
  if (failures.length === answers.length) throw failures[0] ?? new KafkaSetupError('No broker was given');
};
