import type { Json, LabClient } from '../../system/client';

type Direction = 'forwards' | 'backwards';

interface Page {
  names: string[];
  hasNextPage: boolean;
  hasPreviousPage: boolean;
  totalCount: number;
}

/** Reads a whole list of experiments or methods page by page, from its beginning or from its end. */
export const allPages = async (
  client: LabClient,
  list: 'experiments' | 'methods',
  size: number,
  direction: Direction,
  options: { filter?: object; orderBy?: object } = {},
): Promise<Page[]> => {
  const type = list === 'experiments' ? 'Experiment' : 'Method';
  const query = `query($first: Int, $after: Cursor, $last: Int, $before: Cursor, $filter: ${type}Filter, $orderBy: ${type}Order) {
    list: ${list}(first: $first, after: $after, last: $last, before: $before, filter: $filter, orderBy: $orderBy) {
      totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { name } } nodes { name } } }`;
  const pages: Page[] = [];
  let variables: object = direction === 'forwards' ? { first: size } : { last: size };
  for (;;) {
    const { list: read }: Json = await client.data(query, { ...variables, ...options });
    const { edges, nodes, pageInfo, totalCount } = read;
    const names = nodes.map(({ name }: { name: string }) => name);
    expect(edges.map(({ node }: Json) => node.name)).toEqual(names);
    expect([pageInfo.startCursor, pageInfo.endCursor]).toEqual([edges.at(0)?.cursor ?? null, edges.at(-1)?.cursor ?? null]);
    pages.push({ names, hasNextPage: pageInfo.hasNextPage, hasPreviousPage: pageInfo.hasPreviousPage, totalCount });
    if (!(direction === 'forwards' ? pageInfo.hasNextPage : pageInfo.hasPreviousPage)) return pages;
    variables = direction === 'forwards' ? { first: size, after: pageInfo.endCursor } : { last: size, before: pageInfo.startCursor };
  }
};

/** The names in a list, in its order. */
export const names = async (
  client: LabClient,
  list: 'experiments' | 'methods',
  options: { filter?: object; orderBy?: object } = {},
): Promise<string[]> => (await allPages(client, list, 100, 'forwards', options)).flatMap((page) => page.names);
