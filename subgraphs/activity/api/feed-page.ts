import type { FeedEntry, Feeds } from '@test-planning/kernel/feeds';
import type { Condition } from '@test-planning/kernel/read-models';
import { cursorInvalid, isGiven, pageSizeFrom, type PageInfo, type Resolvable } from '@test-planning/kernel/subgraph';
import type { FeedOf, Places } from './places';

interface PageRequest {
  first?: number | null | undefined;
  after?: string | null | undefined;
  where: readonly Condition[];
  /** Only entries with a higher number. */
  above?: number;
}

export interface FeedPage<Node> {
  edges: { cursor: () => string; node: Node }[];
  nodes: Node[];
  pageInfo: PageInfo;
  totalCount: () => Promise<number>;
  /** Where a subscription goes on from what is read here. */
  position: () => string;
}

/**
 * A page of a feed as a Relay connection, newest first. Its cursors are places in the feed.
 * @throws BAD_USER_INPUT, CURSOR_INVALID
 */
export async function feedPage<Entry, Node>(
  feeds: Feeds,
  places: Places,
  feed: FeedOf<Entry>,
  { first, after, where, above = 0 }: PageRequest,
  nodeOf: (entry: FeedEntry<Entry>, cursor: () => string) => Node,
): Promise<FeedPage<Node>> {
  const { limit } = pageSizeFrom({ first: first ?? null });
  const before = isGiven(after) ? await places.numberIn(feed, after) : undefined;
  const query = { feed: feed.definition.name, owner: feed.owner, where, after: above };
  const { entries, head } = await feeds.read<Entry>({
    ...query, ...(before !== undefined && { before }), direction: 'descending', limit: limit + 1,
  });
  if (before !== undefined && before > head) throw cursorInvalid();
  const cursorOf = await places.cursorOf(feed);
  const shown = entries.slice(0, limit);
  const edges = shown.map((entry) => {
    const cursor = () => cursorOf(entry.number);
    return { cursor, node: nodeOf(entry, cursor) };
  });
  const newest = shown.at(0)?.number;
  return {
    edges,
    nodes: edges.map(({ node }) => node),
    pageInfo: {
      hasNextPage: entries.length > limit,
      hasPreviousPage: before === undefined ? false : () => somethingAbove(newest ?? before - 1),
      startCursor: edges.at(0)?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    } satisfies Record<keyof PageInfo, Resolvable<unknown>>,
    totalCount: () => feeds.count(query),
    position: () => cursorOf(head),
  };

  async function somethingAbove(number: number): Promise<boolean> {
    const { entries: newer } = await feeds.read({ ...query, after: Math.max(above, number), direction: 'ascending', limit: 1 });
    return newer.length > 0;
  }
}
