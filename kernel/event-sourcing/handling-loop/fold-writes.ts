import type { ViewWrite } from '../../read-models/read-models';

/** One write for each document: the one with the highest sequence, which contains what the ones before it would have written. */
export const foldWrites = (writes: readonly ViewWrite[]): ViewWrite[] => {
  const last = new Map<string, ViewWrite>();
  for (const write of writes) {
    const key = `${write.view}/${write.lab}/${write.id}`;
    const other = last.get(key);
    if (!other || other.sequence <= write.sequence) last.set(key, write);
  }
  return [...last.values()];
};
