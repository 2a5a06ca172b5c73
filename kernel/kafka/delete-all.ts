import { Kafka, logLevel } from 'kafkajs';
import { setNoIdleTimers } from './driver-timers';

/** Deletes every topic and every group without members whose name begins so: what a system under this prefix leaves behind. */
export const deleteKafkaData = async (brokers: readonly string[], prefix: string): Promise<void> => {
  if (prefix === '') throw new RangeError('Without a prefix everything would be deleted');
  setNoIdleTimers();
  const admin = new Kafka({ brokers: [...brokers], clientId: 'delete-all', logLevel: logLevel.NOTHING }).admin();
  try {
    await admin.connect();
    const { groups } = await admin.listGroups();
    const ofPrefix = groups.map(({ groupId }) => groupId).filter((name) => name.startsWith(prefix));
    const unused = ofPrefix.length === 0 ? [] : (await admin.describeGroups(ofPrefix)).groups.filter(({ members }) => members.length === 0);
    if (unused.length > 0) await admin.deleteGroups(unused.map(({ groupId }) => groupId));
    const topics = (await admin.listTopics()).filter((name) => name.startsWith(prefix));
    if (topics.length > 0) await admin.deleteTopics({ topics });
  } finally {
    await admin.disconnect();
  }
};
