import type { ResponsePath } from './response-path';

type Data = Record<string, unknown>;
/** What holds an object: a list or another object. */
export type Holder = Record<string | number, unknown>;
/** Given each object at a path, with where it stands: the same object as often as it stands there. */
export type Visit = (object: Data, holder: Holder, key: string | number) => void;

/** A path to entities as the planner has it, without its marks for lists: a list is gone through wherever there is one. */
export type PlacePath = readonly string[];

export function placePath(path: ResponsePath): PlacePath {
  return path.filter((step): step is string => typeof step === 'string' && step !== '@');
}

/** Where a fetch's entities stand. */
export interface EntityPlaces {
  readonly path: PlacePath;
  /** What they are, where they don't say so themselves. */
  readonly type: string | undefined;
  /** Whether an object may take the place of its equals: not where several fetches bring what stands there. */
  readonly mayShare: boolean;
}

/**
 * Visits every object at `path` below `root`, in the order of the answer. Nulls, and what is no object, are passed over; what is below one of `repeated` is visited
 * once, whatever the number of places where that stands.
 */
export function visitPlaces(root: Data, path: PlacePath, repeated: ReadonlySet<object>, visit: Visit): void {
  const visited = new Set<object>();

  function descend(value: unknown, holder: Holder, key: string | number, from: number): void {
    let current = value;
    let above = holder;
    let name = key;
    for (let at = from; ; at += 1) {
      if (typeof current !== 'object' || current === null) return;
      if (Array.isArray(current)) {
        const items = current as unknown[];
        for (let index = 0; index < items.length; index += 1) descend(items[index], items as unknown as Holder, index, at);
        return;
      }
      if (repeated.size > 0 && repeated.has(current)) {
        if (visited.has(current)) return;
        visited.add(current);
      }
      const step = path[at];
      if (step === undefined) break;
      above = current as Holder;
      name = step;
      current = above[step];
    }
    visit(current as Data, above, name);
  }

  descend(root, { '': root }, '', 0);
}

/** Every object at `path`, with the objects above it, the nearest last. */
export function visitWithAncestors(root: Data, path: PlacePath, visit: (object: Data, ancestors: readonly Data[]) => void): void {
  function descend(value: unknown, at: number, ancestors: readonly Data[]): void {
    if (typeof value !== 'object' || value === null) return;
    const step = path[at];
    if (Array.isArray(value)) value.forEach((item) => { descend(item, at, ancestors); });
    else if (step === undefined) visit(value as Data, ancestors);
    else descend((value as Data)[step], at + 1, [...ancestors, value as Data]);
  }
  descend(root, 0, []);
}

/** The same objects with their full paths; slower, for when something went wrong. */
export function locatePlaces(root: Data, path: PlacePath, found: (object: Data, place: ResponsePath) => void): void {
  function descendTo(value: unknown, at: number, place: ResponsePath): void {
    if (typeof value !== 'object' || value === null) return;
    const step = path[at];
    if (Array.isArray(value)) value.forEach((item, index) => { descendTo(item, at, [...place, index]); });
    else if (step === undefined) found(value as Data, place);
    else descendTo((value as Data)[step], at + 1, [...place, step]);
  }
  descendTo(root, 0, []);
}
