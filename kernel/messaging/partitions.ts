export const DEFAULT_PARTITIONS = 12;

/** Which of `count` partitions a key belongs to: FNV-1a over its UTF-16 code units. It must never change while a log keeps records. */
export const partitionOf = (key: string, count: number): number => {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index += 1) hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  return (hash >>> 0) % count;
};
