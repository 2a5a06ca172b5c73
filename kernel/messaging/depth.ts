/** Levels of lists and objects in a message's data, at most. What follows from a message is written by functions that call themselves. */
export const MAX_DEPTH = 100;

/** Whether a JSON value has at most {@link MAX_DEPTH} levels. Looks level by level, so that no depth is too much for it. */
export const isShallow = (value: unknown): boolean => {
  let level = [value].filter(isNested);
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth === MAX_DEPTH) return false;
    const next: object[] = [];
    for (const parent of level) {
      for (const member of Object.values(parent)) if (isNested(member)) next.push(member);
    }
    level = next;
  }
  return true;
};

const isNested = (value: unknown): value is object => typeof value === 'object' && value !== null;
