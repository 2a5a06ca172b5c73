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

/** Where a group begins to read, by partition: where it has committed to, or else at the first record that is there. */
export const beginsOf = async (admin: AdminClient, group: string, places: readonly PartitionPlace[]): Promise<bigint[]> => {
  const committed = await committedOffsets(admin, group, [...new Set(places.map(({ topic }) => topic))]);
  const firsts = new Map<string, readonly bigint[]>();
  const begins: bigint[] = [];
  for (const { topic, partition } of places) {
    const offset = committed.get(topic)?.[partition];
    if (offset === undefined && !firsts.has(topic)) firsts.set(topic, (await endsOf(admin, topic)).map(({ first }) => first));
    begins.push(offset ?? firsts.get(topic)?.[partition] ?? 0n);
  }
  return begins;
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

/** Offsets of a topic's first record and of the next to come, by partition. */
const endsOf = async (admin: AdminClient, topic: string): Promise<{ first: bigint; next: bigint }[]> => {
  const ends: { first: bigint; next: bigint }[] = [];
  for (const { partition, low, high } of await admin.ask((client) => client.fetchTopicOffsets(topic))) ends[partition] = { first: BigInt(low), next: BigInt(high) };
  return ends;
};
