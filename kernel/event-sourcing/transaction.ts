/**
 * Runs writes that belong together. An adapter that can makes them one atomic, durable unit; one that can't runs them in the
 * order in which they are called, each durable before the next begins. Work therefore has to be right in both cases: the
 * caller orders it so that repeating it from the start after a crash anywhere does no harm.
 *
 * Only writes to the same set of ports count. Work does not wait for anything but those ports.
 */
export interface Transactor {
  transact<T>(work: () => Promise<T>): Promise<T>;
}
