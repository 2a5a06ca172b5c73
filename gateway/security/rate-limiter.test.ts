import { RateLimiter } from './rate-limiter';

describe('A rate limiter', () => {
  let time = 0;
  beforeEach(() => { time = 1_000; });
  const limiter = (perSecond: number, burst: number) => new RateLimiter({ perSecond, burst }, () => time);
  const takes = (one: RateLimiter, count: number, identity = 'ada') => Array.from({ length: count }, () => one.take(identity));

  it('lets a burst through, then says how long to wait, and is right about it', () => {
    const one = limiter(4, 3);
    expect(takes(one, 5)).toEqual([undefined, undefined, undefined, 250, 250]);
    time += 249;
    expect(one.take('ada')).toBe(1);
    time += 1;
    expect(takes(one, 2)).toEqual([undefined, 250]);
  });

  it('counts each identity for itself', () => {
    const one = limiter(1, 1);
    expect(takes(one, 2)).toEqual([undefined, 1_000]);
    expect(takes(one, 1, 'bob')).toEqual([undefined]);
  });

  it('saves up no more than a burst', () => {
    const one = limiter(10, 2);
    takes(one, 2);
    time += 3_600_000;
    expect(takes(one, 3)).toEqual([undefined, undefined, 100]);
  });

  it('takes what an operation weighs, and for what weighs more than a full bucket all of it', () => {
    const one = limiter(1, 10);
    expect(one.take('ada', 4)).toBeUndefined();
    expect(one.take('ada', 7)).toBe(1_000);
    expect(one.take('ada', 6)).toBeUndefined();
    expect(one.take('ada', 1_000)).toBe(10_000);
    time += 10_000;
    expect(one.take('ada', Infinity)).toBeUndefined();
    expect(one.take('ada')).toBe(1_000);
  });

  it.each([Number.NaN, Infinity, -Infinity])('takes all of a bucket for a weight of %d, and goes on counting', (weight) => {
    const one = limiter(1, 10);
    expect(one.take('ada', weight)).toBeUndefined();
    expect(one.take('ada')).toBe(1_000);
    expect(one.take('ada', weight)).toBe(10_000);
    time += 1_000;
    expect(takes(one, 2)).toEqual([undefined, 1_000]);
  });

  it('gives nothing and takes nothing when the clock is put back', () => {
    const one = limiter(1, 2);
    one.take('ada');
    time -= 10_000;
    expect(takes(one, 2)).toEqual([undefined, 1_000]);
    time += 1_000;
    expect(one.take('ada')).toBeUndefined();
  });

  it('remembers a bounded number of identities', () => {
    const one = limiter(1, 1);
    for (let index = 0; index < 60_000; index += 1) one.take(`caller ${index}`);
    expect(one.identities).toBe(50_000);
    expect(one.take('caller 59999')).toBe(1_000);
  });

  it.each([[0, 1], [-1, 1], [Number.NaN, 1], [1, 0], [1, 0.5]])('of %d a second and %d at once is refused', (perSecond, burst) => {
    expect(() => limiter(perSecond, burst)).toThrow(RangeError);
  });
});
