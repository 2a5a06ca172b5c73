/** A setting that can't be used; the message is a sentence that names it. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}
