/** A clock that stands until it is moved. */
export interface FakeClock {
  (): Date;
  /** May go backwards, as real ones do. */
  advance(milliseconds: number): void;
}

export const fakeClock = (start = '2026-01-02T03:04:05.678Z'): FakeClock => {
  let now = Date.parse(start);
  return Object.assign(() => new Date(now), {
    advance: (milliseconds: number) => {
      now += milliseconds;
    },
  });
};
