import type { KeysetPosition, OrderBy, ReadModels, ViewQuery } from '../read-models/read-models';
import type { PageSource } from './connections';

/** Pages through a view. */
export function viewSource<Document>(
  views: Pick<ReadModels, 'page' | 'count'>,
  query: ViewQuery,
  orderBy: OrderBy,
): PageSource<Document> {
  return {
    async page({ after, before, fromEnd, limit }) {
      const { items, hasMore } = await views.page<Document>({
        ...query,
        orderBy,
        ...(after && { after }),
        ...(before && { before }),
        fromEnd,
        limit: Math.max(limit, 1),
      });
      if (limit === 0) return { items: [], hasMore: items.length > 0 };
      return { items: items.map(({ document, position }) => ({ item: document, position })), hasMore };
    },
    count: () => views.count(query),
  };
}

/** Pages through a list that is at hand, in its own order. `keyOf` gives each item's place: unique, and ascending in the list. */
export function listSource<Item>(list: readonly Item[], keyOf: (item: Item) => { value: string; id: string }): PageSource<Item> {
  const isBehind = (item: Item, position: KeysetPosition): boolean => compare(keyOf(item), position) > 0;
  const isAhead = (item: Item, position: KeysetPosition): boolean => compare(keyOf(item), position) < 0;
  return {
    page({ after, before, fromEnd, limit }) {
      const within = list.filter((item) => (!after || isBehind(item, after)) && (!before || isAhead(item, before)));
      const read = fromEnd ? within.slice(Math.max(within.length - limit, 0)) : within.slice(0, limit);
      return Promise.resolve({ items: read.map((item) => ({ item, position: keyOf(item) })), hasMore: within.length > read.length });
    },
    count: () => Promise.resolve(list.length),
  };
}

function compare(a: { value: string; id: string }, b: KeysetPosition): number {
  const other = String(b.value);
  if (a.value !== other) return a.value < other ? -1 : 1;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}
