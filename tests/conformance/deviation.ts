import { setImmediate as nextTurn } from 'node:timers/promises';
import { inspect, isDeepStrictEqual } from 'node:util';

/** A gateway does something else than it is held to. */
export class Deviation extends Error {
  constructor(readonly expected: string, readonly got: string) {
    super(`expected ${expected}, got ${got}`);
  }
}

/** Nothing can be said about this point, for this reason. */
export class NotTested extends Error {}

/** How long a gateway has for what it is to do at once; long, since the machine may be busy with other things. */
const PATIENCE_MS = 15_000;
const SHOWN_CHARACTERS = 600;

const shown = (value: unknown): string => {
  const text = typeof value === 'string' ? value : inspect(value, { depth: 8, breakLength: Infinity, compact: true });
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}...` : text;
};

/** @throws {Deviation} */
export const same = (what: string, got: unknown, expected: unknown): void => {
  if (!isDeepStrictEqual(got, expected)) throw new Deviation(`${what} ${shown(expected)}`, shown(got));
};

/** @throws {Deviation} */
export const holds = (what: string, isSo: boolean, got: unknown): void => {
  if (!isSo) throw new Deviation(what, shown(got));
};

/** Reads again until what it gives is so. @throws {Deviation} with what it gave last, after `withinMs`. */
export const becomes = async <Value>(what: string, read: () => Value, isSo: (value: Value) => boolean, withinMs = PATIENCE_MS): Promise<Value> => {
  const late = performance.now() + withinMs;
  for (;;) {
    const value = read();
    if (isSo(value)) return value;
    if (performance.now() > late) throw new Deviation(`${what} within ${withinMs / 1_000} s`, shown(value));
    await nextTurn();
  }
};

/** The same, for one value. @throws {Deviation} */
export const becomesSame = <Value>(what: string, read: () => Value, expected: unknown, withinMs?: number): Promise<Value> =>
  becomes(`${what} ${shown(expected)}`, read, (value) => isDeepStrictEqual(value, expected), withinMs);
