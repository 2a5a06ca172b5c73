import { Kafka, logLevel } from 'kafkajs';

/** Asks a cluster once for its metadata. @throws what is wrong, when no broker answers within `timeoutMs`. */
export const kafkaAnswers = async (brokers: readonly string[], timeoutMs: number): Promise<void> => {
  const kafka = new Kafka({ brokers: [...brokers], clientId: 'reachable', connectionTimeout: timeoutMs, requestTimeout: timeoutMs, retry: { retries: 0 }, logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  try {
    await admin.connect();
    const cluster = await admin.describeCluster();
    if (cluster.brokers.length === 0) throw new Error(`${brokers.join(',')} knows no broker yet`);
  } finally {
    await admin.disconnect();
  }
};
