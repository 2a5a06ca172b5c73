/**
 * The same generator, but its reader can leave at once. An async generator's own `return()` waits until the `await` that it stands at is
 * over; `onLeave` has to bring that about.
 */
export function leavable<Item>(source: AsyncGenerator<Item, void, void>, onLeave: () => void): AsyncGenerator<Item, void, void> {
  let pending: PromiseWithResolvers<IteratorResult<Item, void>> | undefined;
  let left = false;
  return {
    next() {
      if (left) return Promise.resolve({ value: undefined, done: true });
      const step = Promise.withResolvers<IteratorResult<Item, void>>();
      pending = step;
      source.next().then(step.resolve, step.reject);
      return step.promise;
    },
    return() {
      if (!left) {
        left = true;
        onLeave();
        pending?.resolve({ value: undefined, done: true });
        // Nobody is left to be told how it ends.
        source.return().catch(() => undefined);
      }
      return Promise.resolve({ value: undefined, done: true });
    },
    throw(error) {
      void this.return();
      return Promise.reject(error as Error);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
    async [Symbol.asyncDispose]() {
      await this.return();
    },
  };
}
