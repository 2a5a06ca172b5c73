const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/**
 * The network that an address belongs to, for limits that count by address. An IPv4 address is a network of its own. Of an IPv6 address the first 64 bits
 * count: one subscriber of a network provider can use every address below them.
 */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  const version4 = mapped.exec(address)?.[1];
  if (version4 !== undefined) return version4;
  const [head = '', tail] = address.split('::', 2);
  const leading = head === '' ? [] : head.split(':');
  const trailing = tail ? tail.split(':') : [];
  const zeros = tail === undefined ? 0 : 8 - leading.length - trailing.length;
  return [...leading, ...Array<string>(Math.max(zeros, 0)).fill('0'), ...trailing].slice(0, 4).join(':');
}
