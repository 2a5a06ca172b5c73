import type { ParkedMessage, ParkingLot, ParkingReason } from '../messaging/parking';

const parked = (key: string, offset: number, reason: ParkingReason = { kind: 'behind' }): ParkedMessage => ({
  record: { topic: 'things.commands', partition: 1, offset: BigInt(offset), key, headers: { ce_id: `${key}${offset}`, name: 'Łú' }, value: '{"a":1}' },
  reason,
  parkedAt: '2026-01-02T03:04:05.678Z',
});

/** What every parking lot promises. */
export const parkingLotContract = (open: () => Promise<{ parking: ParkingLot; close(): Promise<void> }>): void => {
  describe('a parking lot', () => {
    let parking: ParkingLot;
    let close: () => Promise<void>;
    beforeEach(async () => {
      ({ parking, close } = await open());
    });
    afterEach(() => close());

    it('keeps messages by key and in order, with all that an operator needs', async () => {
      const failed = parked('b', 3, { kind: 'failed', error: 'Error: "broken"', attempts: 3 });
      await parking.park([failed, parked('a', 4), parked('b', 5)]);
      await parking.park([parked('b', 7)]);
      expect(await parking.read('b')).toEqual([failed, parked('b', 5), parked('b', 7)]);
      expect(await parking.read('a')).toEqual([parked('a', 4)]);
      expect(await parking.read('none')).toEqual([]);
      expect(await parking.keys()).toEqual(['b', 'a']);
    });

    it('takes a record once', async () => {
      await parking.park([parked('a', 1), parked('a', 1)]);
      await parking.park([parked('a', 1, { kind: 'failed', error: 'later', attempts: 1 }), parked('a', 2)]);
      expect(await parking.read('a')).toEqual([parked('a', 1), parked('a', 2)]);
    });

    it('tells which of some keys are parked', async () => {
      await parking.park([parked('a', 1), parked('b', 2)]);
      expect(await parking.parkedAmong(['b', 'c'])).toEqual(new Set(['b']));
      expect(await parking.parkedAmong([])).toEqual(new Set());
    });
  });
};
