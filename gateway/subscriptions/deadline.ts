/** The longest that setTimeout can wait, in milliseconds; anything above it would fire at once. */
const longestWait = 2 ** 31 - 1;

/** Calls `action` at `instant` (milliseconds since 1970; never for Infinity). Returns what cancels it. */
export function atInstant(instant: number, now: () => number, action: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  function wait(): void {
    const left = instant - now();
    if (left <= 0) action();
    else timer = setTimeout(wait, Math.min(left, longestWait));
    timer?.unref();
  }
  if (instant === Infinity) return () => undefined;
  wait();
  return () => clearTimeout(timer);
}
