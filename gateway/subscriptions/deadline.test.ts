import { atInstant } from './deadline';

describe('an instant', () => {
  beforeEach(() => { jest.useFakeTimers(); });
  afterEach(() => { jest.useRealTimers(); });

  const year = 365 * 24 * 60 * 60 * 1_000;

  it('is met to the millisecond, also when it lies beyond what one timer can wait for', () => {
    const action = jest.fn();
    atInstant(Date.now() + year, Date.now, action);
    jest.advanceTimersByTime(year - 1);
    expect(action).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1);
    expect(action).toHaveBeenCalledTimes(1);
  });

  it('that has passed is met at once, one that is infinite never', () => {
    const action = jest.fn();
    atInstant(Infinity, Date.now, action);
    jest.advanceTimersByTime(year);
    expect(action).not.toHaveBeenCalled();
    atInstant(Date.now() - 1, Date.now, action);
    expect(action).toHaveBeenCalledTimes(1);
  });

  it('can be called off', () => {
    const action = jest.fn();
    atInstant(Date.now() + year, Date.now, action)();
    jest.advanceTimersByTime(2 * year);
    expect(action).not.toHaveBeenCalled();
  });
});
