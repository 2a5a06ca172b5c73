import fc from 'fast-check';
import { OrderedWork } from './ordered-work';

const turn = () => new Promise((resolve) => { setImmediate(resolve); });

async function after<Value>(turns: number | undefined, does: () => Value): Promise<Value> {
  for (let left = turns ?? 0; left > 0; left -= 1) await turn();
  return does();
}

describe('work on events', () => {
  it('is handed on in order, and no entity is seen to go back, however long each takes', async () => {
    // Without turns of its own, it is there at once.
    const turns = fc.oneof(fc.constant(undefined), fc.nat(6));
    const event = fc.record({ entities: fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { maxLength: 2 }), reading: turns, answering: turns, handingOn: turns });
    await fc.assert(fc.asyncProperty(fc.array(event, { maxLength: 30 }), async (events) => {
      const work = new OrderedWork<{ number: number; seen: Map<string, number> }>((error) => { throw error; });
      // Its clock is the version of every entity: who reads later sees a newer one.
      let clock = 0;
      let [inHand, most] = [0, 0];
      const results: { number: number; seen: Map<string, number> }[] = [];
      for (const [number, { entities, reading, answering, handingOn }] of events.entries()) {
        await work.room();
        inHand += 1;
        most = Math.max(most, inHand);
        const read = (touched: Set<string>) => {
          for (const entity of entities) touched.add(entity);
          return { number, seen: new Map<string, number>(entities.map((entity) => [entity, clock += 1])) };
        };
        const take = (result: ReturnType<typeof read>): void => {
          results.push(result);
          inHand -= 1;
        };
        work.push(
          (touched) => (reading === undefined && answering === undefined ? read(touched) : after(reading, () => read(touched)).then((seen) => after(answering, () => seen))),
          (result) => (handingOn === undefined ? take(result) : after(handingOn, () => take(result))),
        );
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
    }), { numRuns: 200 });
  });

  it('that is given by a step has its turn behind it, whether that waits or not', async () => {
    for (const turns of [undefined, 3]) {
      const work = new OrderedWork<number>((error) => { throw error; });
      const handedOn: number[] = [];
      work.push(() => 1, (first) => {
        work.push(() => 3, (third) => void handedOn.push(third));
        return turns === undefined ? void handedOn.push(first) : after(turns, () => void handedOn.push(first));
      });
      work.push(() => 4, (fourth) => void handedOn.push(fourth));
      await work.done();
      expect([...handedOn].sort()).toEqual([1, 3, 4]);
      expect(handedOn[0]).toBe(1);
    }
  });

  it('that fails is told of, and takes no room', async () => {
    const failures: unknown[] = [];
    const work = new OrderedWork<number>((error) => failures.push(error));
    const fail = (): never => { throw new Error('No'); };
    for (let count = 0; count < 20; count += 1) {
      expect(() => work.push(fail, () => undefined)).toThrow('No');
      work.push(() => count, fail);
      work.push(() => Promise.resolve(count), fail);
      await work.done();
    }
    expect(failures).toHaveLength(40);
    expect(work.hasRoom).toBe(true);
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
