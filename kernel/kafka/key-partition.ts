/**
 * Which of `count` partitions a key belongs to, as Kafka's own clients decide it: murmur2 over the key's UTF-8 bytes, without the sign.
 * (org.apache.kafka.common.utils.Utils, after Austin Appleby's MurmurHash2.)
 */
export const keyPartition = (key: string, count: number): number => (murmur2(Buffer.from(key)) & 0x7fffffff) % count;

const SEED = 0x9747b28c;
const FACTOR = 0x5bd1e995;
const SHIFT = 24;

const murmur2 = (bytes: Buffer): number => {
  const { length } = bytes;
  const whole = length - (length % 4);
  let hash = SEED ^ length;
  for (let at = 0; at < whole; at += 4) {
    let part = Math.imul(bytes.readInt32LE(at), FACTOR);
    part = Math.imul(part ^ (part >>> SHIFT), FACTOR);
    hash = Math.imul(hash, FACTOR) ^ part;
  }
  if (length > whole) {
    for (let at = whole; at < length; at += 1) hash ^= bytes.readUInt8(at) << (8 * (at - whole));
    hash = Math.imul(hash, FACTOR);
  }
  hash = Math.imul(hash ^ (hash >>> 13), FACTOR);
  return hash ^ (hash >>> 15);
};
