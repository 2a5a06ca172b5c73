/**
 * A log or a store can't be reached, or didn't answer in time: trying again later helps. Whether a write took place isn't known. What is
 * wrong with a request itself is never one of these.
 */
export class UnavailableError extends Error {
  override readonly name = 'UnavailableError';

  /** @param dependency as in {@link Dependency.name} */
  constructor(
    readonly dependency: string,
    cause: unknown,
  ) {
    super(`${dependency} can't be reached: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}
