import type { Attempt } from './guess-limits';

/**
 * A bounded line in which networks take turns, and within a network its user names. When the line is full, the longest part of it loses its newest item:
 * many attempts from one place delay and displace one another, and nobody else.
 */
export class FairLine<Item> {
  readonly #networks = new Map<string, Map<string, Item[]>>();
  readonly #most: number;
  #length = 0;

  /** @param most items that wait at once. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Returns the item that loses its place for this one; that may be the item itself. */
  add({ network, username }: Attempt, item: Item): Item | undefined {
    const users = this.#networks.get(network) ?? new Map<string, Item[]>();
    this.#networks.set(network, users);
    const items = users.get(username) ?? [];
    users.set(username, items);
    items.push(item);
    this.#length += 1;
    return this.#length > this.#most ? this.#dropNewest() : undefined;
  }

  next(): Item | undefined {
    const network = first(this.#networks);
    const user = network && first(network.value);
    if (!network || !user) return undefined;
    return this.#take(network, user, (items) => items.shift());
  }

  #dropNewest(): Item | undefined {
    const network = last([...this.#networks].sort(([, one], [, other]) => lengthOf(one) - lengthOf(other)));
    const user = network && last([...network.value].sort(([, one], [, other]) => one.length - other.length));
    return network && user && this.#take(network, user, (items) => items.pop());
  }

  /** Takes an item, and puts what is left of its part behind all others. */
  #take(network: Entry<Map<string, Item[]>>, user: Entry<Item[]>, take: (items: Item[]) => Item | undefined): Item | undefined {
    const item = take(user.value);
    network.value.delete(user.key);
    if (user.value.length > 0) network.value.set(user.key, user.value);
    this.#networks.delete(network.key);
    if (network.value.size > 0) this.#networks.set(network.key, network.value);
    this.#length -= 1;
    return item;
  }
}

interface Entry<Value> {
  readonly key: string;
  readonly value: Value;
}

const entryOf = <Value>(pair: readonly [string, Value] | undefined): Entry<Value> | undefined => pair && { key: pair[0], value: pair[1] };
const first = <Value>(map: ReadonlyMap<string, Value>): Entry<Value> | undefined => entryOf(map.entries().next().value);
const last = <Value>(pairs: readonly (readonly [string, Value])[]): Entry<Value> | undefined => entryOf(pairs.at(-1));
const lengthOf = (users: ReadonlyMap<string, readonly unknown[]>): number => [...users.values()].reduce((sum, { length }) => sum + length, 0);
