import type { GroupLag } from '../messaging/log';
import type { PartitionPlace } from '../messaging/partition-reader';
import type { AdminClient } from './admin-client';

/** Where a group is in each partition of some topics: the offset of what it reads next; undefined where it has never committed. By topic, then partition. */
type Committed = ReadonlyMap<string, readonly (bigint | undefined)[]>;

/** @param group and topics as Kafka calls them */
export const committedOffsets = async (admin: AdminClient, group: string, topics: readonly string[]): Promise<Committed> => {
  const committed = await admin.ask((client) => client.fetchOffsets({ groupId: group, topics: [...topics] }));
  return new Map(committed.map(({ topic, partitions }) => {
    const offsets: (bigint | undefined)[] = [];
    // Kafka says -1 where there is none.
    for (const { partition, offset } of partitions) offsets[partition] = BigInt(offset) < 0n ? undefined : BigInt(offset);
    return [topic, offsets];
  }));
};

/** Records that are gone before their group has handled them. */
interface TrimmedRecords extends PartitionPlace {
  count: bigint;
}

/**
 * Where a group begins to read, by partition: where it has committed to, or else at the first record that exists.
 *
 * @param onTrimmed called for each partition in which records after the committed offset no longer exist: the group begins after them
 */
export const beginsOf = async (admin: AdminClient, group: string, places: readonly PartitionPlace[], onTrimmed: (records: TrimmedRecords) => void): Promise<bigint[]> => {
  const topics = [...new Set(places.map(({ topic }) => topic))];
  const [committed, ends] = await Promise.all([
    committedOffsets(admin, group, topics),
    Promise.all(topics.map(async (topic): Promise<[string, Ends[]]> => [topic, await endsOf(admin, topic)])),
  ]);
  const endsByTopic = new Map(ends);
  return places.map(({ topic, partition }) => {
    const offset = committed.get(topic)?.[partition];
    const first = endsByTopic.get(topic)?.[partition]?.first ?? 0n;
    if (offset === undefined || offset >= first) return offset ?? first;
    onTrimmed({ topic, partition, count: first - offset });
    return first;
  });
};

/** How far a group is behind in each partition of these topics, given by the log's names with Kafka's. */
export const lagOf = async (admin: AdminClient, group: string, topics: ReadonlyMap<string, string>): Promise<GroupLag[]> => {
  const committed = await committedOffsets(admin, group, [...topics.values()]);
  const lags = await Promise.all([...topics].map(async ([topic, kafkaName]) => (await endsOf(admin, kafkaName)).map(({ first, next }, partition): GroupLag => {
    const done = committed.get(kafkaName)?.[partition] ?? first;
    return { topic, partition, lag: Number(next - (done > first ? done : first)) };
  })));
  return lags.flat();
};

interface Ends {
  first: bigint;
  next: bigint;
}

/** Offsets of a topic's first record and of the next to come, by partition. */
export const endsOf = async (admin: AdminClient, topic: string): Promise<Ends[]> => {
  const ends: Ends[] = [];
  for (const { partition, low, high } of await admin.ask((client) => client.fetchTopicOffsets(topic))) ends[partition] = { first: BigInt(low), next: BigInt(high) };
  return ends;
};
