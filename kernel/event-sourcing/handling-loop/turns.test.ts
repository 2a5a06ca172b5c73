import { Turns } from './turns';

const state = (total: number) => ({ state: total, sequence: total, at: '' });

describe('The turns of a partition', () => {
  it('show a batch what those before it are about to store, and nothing of what has ended or failed', async () => {
    const turns = new Turns<number>();
    const [one, two] = [turns.begin(), turns.begin()];
    one.decided([['a', state(1)], ['b', state(1)]]);
    expect(await two.mayDecide()).toBe(true);
    expect(two.ahead('a')).toEqual(state(1));
    two.decided([['a', state(2)]]);
    one.appended('as-decided');
    one.ended();
    expect([two.ahead('a'), two.ahead('b')]).toEqual([state(2), undefined]);
    two.failed(new Error('no'));
    expect(turns.ahead.size).toBe(0);
    expect(await turns.begin().mayDecide()).toBe(false);
  });

  it('let a batch go on as decided again behind those that had to be decided anew', async () => {
    const turns = new Turns<number>();
    const [one, two] = [turns.begin(), turns.begin()];
    one.decided([['a', state(1)]]);
    await two.mayDecide();
    two.decided([['a', state(2)]]);
    one.appended('otherwise');
    const again = two.mayAppend();
    one.ended();
    expect(await again).toBe(false);
    two.appended('as-decided');
    const three = turns.begin();
    const [four, mayDecide] = [turns.begin(), three.mayDecide()];
    two.ended();
    expect(await mayDecide).toBe(false);
    three.decided([['a', state(3)]]);
    expect(await four.mayDecide()).toBe(true);
    four.decided([['a', state(4)]]);
    three.appended('as-decided');
    expect(await four.mayAppend()).toBe(true);
  });

  it('fail together behind one that failed', async () => {
    const turns = new Turns<number>();
    const [one, two, three] = [turns.begin(), turns.begin(), turns.begin()];
    const waiting = two.mayDecide();
    one.failed(new Error('no'));
    await expect(waiting).rejects.toThrow('A batch before it failed');
    two.failed(new Error('behind'));
    await expect(three.mayPublish()).rejects.toThrow('A batch before it failed');
  });
});
