import fc from 'fast-check';
import { cellsOf } from './suspects';

interface Suspect {
  readonly id: number;
  readonly hasBegun: boolean;
}

const suspects = fc.array(fc.boolean(), { minLength: 2, maxLength: 2_000 }).map((begun): Suspect[] => begun.map((hasBegun, id) => ({ id, hasBegun })));

describe('the search for the subscription that closes a socket', () => {
  it('keeps every subscription, on at most 8 sockets, each smaller than before', () => {
    fc.assert(fc.property(suspects, (carried) => {
      const cells = cellsOf(carried);
      expect(cells.flat().map(({ id }) => id).sort((a, b) => a - b)).toEqual(carried.map(({ id }) => id));
      expect(cells.length).toBeLessThanOrEqual(8);
      for (const cell of cells) expect(cell.length).toBeLessThan(carried.length);
    }));
  });

  it('sets the latest one without a message apart first', () => {
    const carried = Array.from({ length: 100 }, (_, id) => ({ id, hasBegun: id !== 40 && id !== 70 }));
    expect(cellsOf(carried).slice(0, 4).map((cell) => cell.map(({ id }) => id))).toEqual([[70], [40], [99], [98]]);
  });

  it('finds any of 2,000 within 8 rounds', () => {
    fc.assert(fc.property(fc.nat(1_999), (culprit) => {
      let socket: readonly Suspect[] = Array.from({ length: 2_000 }, (_, id) => ({ id, hasBegun: true }));
      let rounds = 0;
      while (socket.length > 1) {
        socket = cellsOf(socket).find((cell) => cell.some(({ id }) => id === culprit)) ?? [];
        rounds += 1;
      }
      expect(socket).toEqual([{ id: culprit, hasBegun: true }]);
      expect(rounds).toBeLessThanOrEqual(8);
    }));
  });
});
