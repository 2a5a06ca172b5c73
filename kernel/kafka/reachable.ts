import { Kafka, logLevel } from 'kafkajs';
import { setNoIdleTimers } from './driver-timers';

/**
 * Asks a cluster once for its metadata. @throws what is wrong, when no broker answers within `timeoutMs`, or it belongs to another cluster
 * than the one that is meant.
 */
export const kafkaAnswers = async (brokers: readonly string[], timeoutMs: number, clusterId?: string): Promise<void> => {
  setNoIdleTimers();
  const kafka = new Kafka({ brokers: [...brokers], clientId: 'reachable', connectionTimeout: timeoutMs, requestTimeout: timeoutMs, retry: { retries: 0 }, logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  try {
    await admin.connect();
    const cluster = await admin.describeCluster();
    if (cluster.brokers.length === 0) throw new Error(`${brokers.join(',')} knows no broker yet`);
    if (clusterId !== undefined && cluster.clusterId !== clusterId) throw new Error(`${brokers.join(',')} belongs to the cluster ${cluster.clusterId}, not to ${clusterId}`);
  } finally {
    await admin.disconnect();
  }
};
