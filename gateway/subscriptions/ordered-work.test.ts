import fc from 'fast-check';
import { OrderedWork } from './ordered-work';

const turn = () => new Promise((resolve) => { setImmediate(resolve); });

describe('work on events', () => {
  it('is handed on in order, and no entity is seen to go back, however long each takes', async () => {
    const event = fc.record({ entities: fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { maxLength: 2 }), reading: fc.nat(6), answering: fc.nat(6) });
    await fc.assert(fc.asyncProperty(fc.array(event, { maxLength: 30 }), async (events) => {
      const work = new OrderedWork<{ number: number; seen: Map<string, number> }>((error) => { throw error; });
      // Its clock is the version of every entity: who reads later sees a newer one.
      let clock = 0;
      let [inHand, most] = [0, 0];
      const results: { number: number; seen: Map<string, number> }[] = [];
      for (const [number, { entities, reading, answering }] of events.entries()) {
        await work.room();
        inHand += 1;
        most = Math.max(most, inHand);
        work.push(async (touched) => {
          for (let turns = reading; turns > 0; turns -= 1) await turn();
          const seen = new Map(entities.map((entity) => [entity, clock += 1]));
          for (const entity of entities) touched.add(entity);
          for (let turns = answering; turns > 0; turns -= 1) await turn();
          return { number, seen };
        }, async (result) => {
          await turn();
          results.push(result);
          inHand -= 1;
        });
      }
      await work.done();
      expect(results.map(({ number }) => number)).toEqual(events.map((_, index) => index));
      expect(most).toBeLessThanOrEqual(8);
      const versions = new Map<string, number>();
      for (const { seen } of results) {
        for (const [entity, version] of seen) {
          expect(version).toBeGreaterThan(versions.get(entity) ?? 0);
          versions.set(entity, version);
        }
      }
    }), { numRuns: 60 });
  });

  it('without anything in common is done once, and side by side', async () => {
    const work = new OrderedWork<number>((error) => { throw error; });
    const asked: number[] = [];
    const gates = Array.from({ length: 8 }, () => Promise.withResolvers<undefined>());
    const handedOn: number[] = [];
    for (const [number, gate] of gates.entries()) {
      work.push(async (touched) => {
        asked.push(number);
        touched.add(`entity ${number}`);
        await gate.promise;
        return number;
      }, async (result) => void handedOn.push(await Promise.resolve(result)));
    }
    expect(asked).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    for (const gate of gates.toReversed()) {
      expect(handedOn).toEqual([]);
      gate.resolve(undefined);
      await turn();
    }
    await work.done();
    expect(handedOn).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(asked).toHaveLength(8);
  });
});
