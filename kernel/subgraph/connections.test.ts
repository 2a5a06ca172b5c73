import fc from 'fast-check';
import { openConnection, type ConnectionArguments, type ConnectionPlace } from './connections';
import { signedCursors } from './cursors';
import { listSource } from './page-sources';
import type { Resolvable } from './shared-types';

const place: ConnectionPlace = { cursors: signedCursors('secret'), lab: 'alpha', connection: 'letters', by: 'value', direction: 'ascending' };
interface Letter {
  value: string;
  id: string;
}
/** Some of these stand in the list; cursors may point at any, as what they point at may be gone. */
const letters: Letter[] = ['a', 'b', 'b', 'c', 'd', 'd'].map((value, index) => ({ value, id: `${index}` }));
const cursorOf = ({ value, id }: Letter): string => place.cursors.encode({ kind: 'connection', lab: 'alpha', connection: 'letters', by: 'value', direction: 'ascending', value, id });
const rank = (letter: Letter): number => letters.indexOf(letter);
const resolved = async <Value>(value: Resolvable<Value>): Promise<Value> => (typeof value === 'function' ? (value as () => Value | Promise<Value>)() : value);

async function read(list: readonly Letter[], args: ConnectionArguments) {
  const { nodes, edges, pageInfo, totalCount } = await openConnection(listSource(list, (letter) => letter), place, args, (node) => ({ node }));
  expect(await resolved(pageInfo.startCursor)).toBe(edges.at(0)?.cursor() ?? null);
  expect(await resolved(pageInfo.endCursor)).toBe(edges.at(-1)?.cursor() ?? null);
  expect(await totalCount()).toBe(list.length);
  return { nodes, hasPreviousPage: await resolved(pageInfo.hasPreviousPage), hasNextPage: await resolved(pageInfo.hasNextPage) };
}

/** The same, said as plainly as possible. */
function expected(list: readonly Letter[], { after, before, size, fromEnd }: { after?: Letter; before?: Letter; size: number; fromEnd: boolean }) {
  const between = list.filter((letter) => (!after || rank(letter) > rank(after)) && (!before || rank(letter) < rank(before)));
  const nodes = fromEnd ? between.slice(Math.max(0, between.length - size)) : between.slice(0, size);
  const [first, last] = [nodes.at(0), nodes.at(-1)];
  if (first && last) {
    return { nodes, hasPreviousPage: list.some((letter) => rank(letter) < rank(first)), hasNextPage: list.some((letter) => rank(letter) > rank(last)) };
  }
  // An empty page lies right behind `after`, or right before `before` when it is read from the end.
  return fromEnd
    ? { nodes, hasPreviousPage: list.some((letter) => !before || rank(letter) < rank(before)), hasNextPage: list.some((letter) => before && rank(letter) >= rank(before)) }
    : { nodes, hasPreviousPage: list.some((letter) => after && rank(letter) <= rank(after)), hasNextPage: list.some((letter) => !after || rank(letter) > rank(after)) };
}

describe('a connection', () => {
  it('reads any stretch from either end, and tells truly whether there is more on both sides', async () => {
    const maybe = fc.option(fc.constantFrom(...letters), { nil: undefined });
    await fc.assert(fc.asyncProperty(fc.subarray(letters), maybe, maybe, fc.nat(4), fc.boolean(), async (list, after, before, size, fromEnd) => {
      const args = { ...(after && { after: cursorOf(after) }), ...(before && { before: cursorOf(before) }), ...(fromEnd ? { last: size } : { first: size }) };
      expect(await read(list, args)).toEqual(expected(list, { ...(after && { after }), ...(before && { before }), size, fromEnd }));
    }), { numRuns: 1_000 });
  });

  it('counts, and looks beyond its ends, only when asked', async () => {
    const source = listSource(letters, (letter) => letter);
    const [page, count] = [jest.spyOn(source, 'page'), jest.spyOn(source, 'count')];
    const { pageInfo } = await openConnection(source, place, { first: 2 }, (node) => ({ node }));
    expect(pageInfo.hasNextPage).toBe(true);
    expect([page.mock.calls.length, count.mock.calls.length]).toEqual([1, 0]);
  });
});
