let count = 0;

/**
 * How much has been heard from subgraphs in this process that earlier queries, to whichever subgraph, may not know: mutations that were answered, and events. One
 * for all, because what one subgraph tells is read about at another.
 */
export const news = {
  get count(): number {
    return count;
  },
  heard(): void {
    count += 1;
  },
};
