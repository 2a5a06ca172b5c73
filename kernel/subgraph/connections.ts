import './explicit-types';
import { ArgsType, Field, Int } from 'type-graphql';
import { z } from 'zod';
import type { KeysetPosition } from '../read-models/read-models';
import type { Cursors } from './cursors';
import { badUserInput, cursorInvalid } from './errors';
import { parseInput } from './input';
import { Cursor } from './scalars';
import type { PageInfo } from './shared-types';

/** The arguments of a connection that is read both ways. */
@ArgsType()
export class ConnectionArguments {
  @Field(() => Int, { nullable: true })
  first?: number | null;

  @Field(() => Cursor, { nullable: true })
  after?: string | null;

  @Field(() => Int, { nullable: true })
  last?: number | null;

  @Field(() => Cursor, { nullable: true })
  before?: string | null;
}

/** Which stretch of an order: at most `limit` (0 and up) from its beginning, or its last ones `fromEnd`. */
export interface Stretch {
  after: KeysetPosition | undefined;
  before: KeysetPosition | undefined;
  fromEnd: boolean;
  limit: number;
}

export interface Page<Item> {
  items: readonly { item: Item; position: KeysetPosition }[];
  /** There is more in the direction of reading. */
  hasMore: boolean;
}

/** What a connection pages through, in one order. */
export interface PageSource<Item> {
  page(stretch: Stretch): Promise<Page<Item>>;
  count(): Promise<number>;
}

/** Which connection, of which lab and in which order: what its cursors are bound to. */
export interface ConnectionPlace {
  cursors: Cursors;
  lab: string;
  connection: string;
  by: string;
  direction: 'ascending' | 'descending';
}

export interface Connection<Edge extends { node: unknown }> {
  edges: (Edge & { cursor: () => string })[];
  nodes: Edge['node'][];
  pageInfo: PageInfo;
  totalCount: () => Promise<number>;
}

export const PAGE_DEFAULT = 20;
export const PAGE_LIMIT = 100;
const pageSize = z.int().min(0).max(PAGE_LIMIT);

/** How many, from which end. @throws BAD_USER_INPUT for a number outside 0 to 100, and for both ends at once. */
export function pageSizeFrom({ first, last }: ConnectionArguments): { limit: number; fromEnd: boolean } {
  if (isGiven(first) && isGiven(last)) throw badUserInput('first and last exclude each other.', 'last');
  if (isGiven(last)) return { limit: parseInput(pageSize, last, 'last'), fromEnd: true };
  return { limit: isGiven(first) ? parseInput(pageSize, first, 'first') : PAGE_DEFAULT, fromEnd: false };
}

/**
 * Reads one page of a Relay connection (https://relay.dev/graphql/connections.htm). Counting, and looking beyond the ends that were
 * read, happen only when those fields are selected.
 * @throws BAD_USER_INPUT, CURSOR_INVALID
 */
export async function openConnection<Item, Edge extends { node: unknown }>(
  source: PageSource<Item>,
  place: ConnectionPlace,
  args: ConnectionArguments,
  edgeOf: (item: Item) => Edge,
): Promise<Connection<Edge>> {
  const { limit, fromEnd } = pageSizeFrom(args);
  const after = positionIn(place, args.after);
  const before = positionIn(place, args.before);
  const { items, hasMore } = await source.page({ after, before, fromEnd, limit });
  const bounds = { first: items.at(0)?.position, last: items.at(-1)?.position, after, before, fromEnd };
  const edges = items.map(({ item, position }) => ({ ...edgeOf(item), cursor: () => cursorAt(place, position) }));
  const { first, last } = bounds;
  return {
    edges,
    nodes: edges.map(({ node }) => node) as Edge['node'][],
    pageInfo: {
      hasNextPage: !fromEnd && hasMore ? true : () => somethingFollows(source, bounds),
      hasPreviousPage: fromEnd && hasMore ? true : () => somethingPrecedes(source, bounds),
      startCursor: first ? () => cursorAt(place, first) : null,
      endCursor: last ? () => cursorAt(place, last) : null,
    },
    totalCount: () => source.count(),
  };
}

/** The ends of what was read, and the bounds within which it was read. */
interface Bounds {
  first: KeysetPosition | undefined;
  last: KeysetPosition | undefined;
  after: KeysetPosition | undefined;
  before: KeysetPosition | undefined;
  fromEnd: boolean;
}

const nothing = { after: undefined, before: undefined };

async function somethingFollows<Item>(source: PageSource<Item>, { last, after, before, fromEnd }: Bounds): Promise<boolean> {
  if (last) return (await nearest(source, { after: last, before: undefined, fromEnd: false })) !== undefined;
  if (!fromEnd) return (await nearest(source, { after, before: undefined, fromEnd: false })) !== undefined;
  if (!before) return false;
  // What stands at `before` itself follows as well: it does unless the very last one lies before it.
  const [lastOfAll, lastBefore] = await Promise.all([
    nearest(source, { ...nothing, fromEnd: true }),
    nearest(source, { after: undefined, before, fromEnd: true }),
  ]);
  return lastOfAll !== lastBefore;
}

async function somethingPrecedes<Item>(source: PageSource<Item>, { first, after, before, fromEnd }: Bounds): Promise<boolean> {
  if (first) return (await nearest(source, { after: undefined, before: first, fromEnd: true })) !== undefined;
  if (fromEnd) return (await nearest(source, { after: undefined, before, fromEnd: true })) !== undefined;
  if (!after) return false;
  const [firstOfAll, firstAfter] = await Promise.all([
    nearest(source, { ...nothing, fromEnd: false }),
    nearest(source, { after, before: undefined, fromEnd: false }),
  ]);
  return firstOfAll !== firstAfter;
}

/** The id of the one that is met first, if any. */
async function nearest<Item>(source: PageSource<Item>, stretch: Omit<Stretch, 'limit'>): Promise<string | undefined> {
  const { items } = await source.page({ ...stretch, limit: 1 });
  return items[0]?.position.id;
}

/** Neither left out nor null. */
export const isGiven = <Value>(value: Value | null | undefined): value is Value => value !== null && value !== undefined;

const cursorAt = ({ cursors, lab, connection, by, direction }: ConnectionPlace, { value, id }: KeysetPosition): string =>
  cursors.encode({ kind: 'connection', lab, connection, by, direction, value, id });

function positionIn(place: ConnectionPlace, cursor: string | null | undefined): KeysetPosition | undefined {
  if (!isGiven(cursor)) return undefined;
  const { connection, by, direction, value, id } = place.cursors.decode(cursor, 'connection', place.lab);
  if (connection !== place.connection || by !== place.by || direction !== place.direction) throw cursorInvalid();
  return { value, id };
}
