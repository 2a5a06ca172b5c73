/**
 * Loads by key, all keys that are asked for in one go by one call, each key once. It remembers what it loaded: use one per request.
 */
export class BatchLoader<Value> {
  private readonly results = new Map<string, Promise<Value | undefined>>();
  private waiting: { keys: string[]; values: Promise<Map<string, Value>> } | undefined;

  constructor(private readonly loadAll: (keys: readonly string[]) => Promise<Map<string, Value>>) {}

  /** Undefined for a key that has nothing. */
  load(key: string): Promise<Value | undefined> {
    const known = this.results.get(key);
    if (known) return known;
    const batch = (this.waiting ??= this.begin());
    batch.keys.push(key);
    const result = batch.values.then((values) => values.get(key));
    this.results.set(key, result);
    return result;
  }

  private begin() {
    const keys: string[] = [];
    // The microtask runs when the resolvers that are running now have all said what they need.
    const values = Promise.resolve().then(() => {
      this.waiting = undefined;
      return this.loadAll(keys);
    });
    return { keys, values };
  }
}
