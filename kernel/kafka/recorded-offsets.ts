import { AdminClient } from './admin-client';
import type { ClientOptions } from './client';
import { committedOffsets, endsOf } from './group-offsets';

/** Where groups were in the log of a cluster. Names are without the prefix. */
export interface RecordedOffsets {
  cluster: string;
  /** The offset of what a group reads next in a partition; decimal. */
  offsets: { group: string; topic: string; partition: number; offset: string }[];
}

export interface OffsetsScope {
  client: ClientOptions;
  /** Before the names of groups and topics. */
  prefix: string;
  groups: readonly string[];
  topics: readonly string[];
}

/** Where a group is set to begin, and how many records before that no longer exist. */
type Begin = { at: bigint; trimmed: bigint };

const ANSWER_WITHIN_MS = 60_000;

/** @param recorded of a group; beyond the end of the log it belongs to a topic that was made again, which is read from its first record */
export const beginAt = (recorded: bigint, { first, next }: { first: bigint; next: bigint }): Begin => {
  if (recorded > next) return { at: first, trimmed: 0n };
  return recorded < first ? { at: first, trimmed: first - recorded } : { at: recorded, trimmed: 0n };
};

const withAdmin = async <T>({ client }: OffsetsScope, work: (admin: AdminClient) => Promise<T>): Promise<T> => {
  const admin = new AdminClient(client, ANSWER_WITHIN_MS);
  try {
    return await work(admin);
  } finally {
    admin.close();
  }
};

const clusterOf = async (admin: AdminClient): Promise<string> => (await admin.ask((client) => client.describeCluster())).clusterId;

const existing = async (admin: AdminClient, names: readonly string[]): Promise<string[]> => {
  const topics = new Set(await admin.ask((client) => client.listTopics()));
  return names.filter((name) => topics.has(name));
};

/** Where the groups are now. */
export const recordOffsets = (scope: OffsetsScope): Promise<RecordedOffsets> => withAdmin(scope, async (admin) => {
  const { prefix, groups } = scope;
  const topics = await existing(admin, scope.topics.map((topic) => `${prefix}${topic}`));
  const offsets: RecordedOffsets['offsets'] = [];
  for (const group of topics.length === 0 ? [] : groups) {
    for (const [topic, committed] of await committedOffsets(admin, `${prefix}${group}`, topics)) {
      committed.forEach((offset, partition) => {
        if (offset !== undefined) offsets.push({ group, topic: topic.slice(prefix.length), partition, offset: String(offset) });
      });
    }
  }
  return { cluster: await clusterOf(admin), offsets };
});

/** The groups that have members: processes that work. */
export const groupsInUse = (scope: OffsetsScope): Promise<string[]> => withAdmin(scope, async (admin) => {
  const { groups } = await admin.ask((client) => client.describeGroups(scope.groups.map((group) => `${scope.prefix}${group}`)));
  return groups.filter(({ members }) => members.length > 0).map(({ groupId }) => groupId);
});

/**
 * Sets the groups, which have no members, to where they were; on another cluster, and where nothing was recorded, to the first record.
 * @returns a sentence for each partition that lost records since then: the group goes on after them
 */
export const resetOffsets = (scope: OffsetsScope, { cluster, offsets }: RecordedOffsets): Promise<string[]> => withAdmin(scope, async (admin) => {
  const { prefix } = scope;
  const names = scope.groups.map((group) => `${prefix}${group}`);
  const there = new Set((await admin.ask((client) => client.listGroups())).groups.map(({ groupId }) => groupId));
  const stale = names.filter((name) => there.has(name));
  if (stale.length > 0) await admin.ask((client) => client.deleteGroups(stale));
  if (cluster !== await clusterOf(admin)) return [];
  const lost: string[] = [];
  for (const topic of await existing(admin, [...new Set(offsets.map((each) => `${prefix}${each.topic}`))])) {
    const ends = await endsOf(admin, topic);
    for (const group of scope.groups) {
      const partitions = offsets.filter((each) => each.group === group && `${prefix}${each.topic}` === topic).flatMap(({ partition, offset }) => {
        const end = ends[partition];
        if (!end) return [];
        const { at, trimmed } = beginAt(BigInt(offset), end);
        if (trimmed > 0n) lost.push(`${trimmed} records of ${topic}, partition ${partition}, were deleted before ${prefix}${group} could read them again`);
        return [{ partition, offset: String(at) }];
      });
      if (partitions.length > 0) await admin.ask((client) => client.setOffsets({ groupId: `${prefix}${group}`, topic, partitions }));
    }
  }
  return lost;
});
