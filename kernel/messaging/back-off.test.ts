import { backOffMs, waitBackOff } from './back-off';

describe('the wait after failures', () => {
  it('doubles up to its longest, half of it by chance', () => {
    const backOff = { firstMs: 100, longestMs: 1000 };
    expect([1, 2, 3, 4, 5, 50].map((failures) => backOffMs(failures, backOff, () => 1))).toEqual([100, 200, 400, 800, 1000, 1000]);
    expect([1, 5].map((failures) => backOffMs(failures, backOff, () => 0))).toEqual([50, 500]);
  });

  it('ends when it is no longer wanted', async () => {
    const stop = new AbortController();
    const waiting = waitBackOff(1, { firstMs: 1e6, longestMs: 1e6 }, stop.signal);
    stop.abort();
    await waiting;
    await waitBackOff(1, { firstMs: 1e6, longestMs: 1e6 }, stop.signal);
  });
});
