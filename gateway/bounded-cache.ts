interface Weighing<Key, Value> {
  readonly maxWeight: number;
  /** Asked once for each entry; at least 0. */
  weightOf(key: Key, value: Value): number;
}

interface Entry<Value> {
  readonly value: Value;
  readonly weight: number;
}

/** A map that keeps the `capacity` most recently used entries, or fewer if those together weigh more than `maxWeight`. */
export class BoundedCache<Key, Value> {
  private readonly entries = new Map<Key, Entry<Value>>();
  private weight = 0;
  /** The one that was used last. */
  private youngest: Entry<Value> | undefined;

  constructor(private readonly capacity: number, private readonly weighing?: Weighing<Key, Value>) {}

  get(key: Key): Value | undefined {
    const entry = this.entries.get(key);
    if (entry === undefined) return undefined;
    // A Map iterates in insertion order, so putting an entry back makes it the youngest.
    if (entry !== this.youngest) {
      this.entries.delete(key);
      this.entries.set(key, entry);
      this.youngest = entry;
    }
    return entry.value;
  }

  /** An entry that weighs more than all may together is not kept. */
  set(key: Key, value: Value): void {
    this.delete(key);
    const weight = this.weighing?.weightOf(key, value) ?? 0;
    const maxWeight = this.weighing?.maxWeight ?? Infinity;
    if (weight > maxWeight || this.capacity < 1) return;
    this.youngest = { value, weight };
    this.entries.set(key, this.youngest);
    this.weight += weight;
    while (this.entries.size > this.capacity || this.weight > maxWeight) {
      const oldest = this.entries.keys().next();
      if (oldest.done) return;
      this.delete(oldest.value);
    }
  }

  delete(key: Key): void {
    const entry = this.entries.get(key);
    if (entry === undefined) return;
    this.weight -= entry.weight;
    this.entries.delete(key);
    if (entry === this.youngest) this.youngest = undefined;
  }

  deleteWhere(matches: (value: Value) => boolean): void {
    for (const [key, { value }] of this.entries) if (matches(value)) this.delete(key);
  }

  /** The `count` most recently used, the last one first. That makes none of them any younger. */
  recent(count: number): { readonly key: Key; readonly value: Value }[] {
    return [...this.entries].slice(-count).reverse().map(([key, { value }]) => ({ key, value }));
  }

  get size(): number {
    return this.entries.size;
  }

  /** Of all entries together. */
  get totalWeight(): number {
    return this.weight;
  }
}
