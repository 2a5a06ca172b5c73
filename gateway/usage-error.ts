/** The command line can't be followed; `message` is one sentence for whoever wrote it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
