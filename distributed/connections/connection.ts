import { UnavailableError, type Dependency } from '@test-planning/kernel/health';
import type { Logger } from '@test-planning/kernel/telemetry';
import { whenAvailable } from './when-available';

/** What is opened: it tells how it is, and can be closed. */
interface Openable {
  readonly health: Dependency;
  close(): Promise<void>;
}

interface ConnectionOptions<Opened> {
  /** As in {@link Dependency.name}. */
  name: string;
  open: (signal: AbortSignal) => Promise<Opened>;
  logger: Pick<Logger, 'warn'>;
}

/** Something that this process stands on, from the moment on at which it was asked for: it may take any time until it is there. */
export class Connection<Opened extends Openable> implements Dependency {
  readonly name: string;
  /** Rejects when waiting wouldn't help, as with wrong settings; undefined when it was closed before it was there. */
  readonly opened: Promise<Opened | undefined>;
  readonly #closing = new AbortController();
  #open: Opened | undefined;
  #trouble = 'not connected yet';

  constructor(private readonly options: ConnectionOptions<Opened>) {
    this.name = options.name;
    this.opened = this.#openWhenAvailable();
  }

  problem(): string | undefined {
    return this.#open ? this.#open.health.problem() : this.#trouble;
  }

  /** @throws {UnavailableError} while it isn't there. */
  now(): Opened {
    if (!this.#open) throw new UnavailableError(this.name, new Error(this.#trouble));
    return this.#open;
  }

  /** Waits for it, for at most so many milliseconds. @throws {UnavailableError} when it isn't there by then. */
  async within(milliseconds: number): Promise<Opened> {
    if (!this.#open) {
      const { promise: late, resolve } = Promise.withResolvers<undefined>();
      const timer = setTimeout(() => {
        resolve(undefined);
      }, milliseconds);
      await Promise.race([this.opened, late]).finally(() => {
        clearTimeout(timer);
      });
    }
    return this.now();
  }

  /** Closes it, or gives up waiting for it: if it comes all the same, it is closed then. */
  async close(): Promise<void> {
    this.#closing.abort();
    if (this.#open) await this.#open.close();
    else void this.opened.then((late) => late?.close(), () => undefined);
  }

  async #openWhenAvailable(): Promise<Opened | undefined> {
    const { name, open, logger } = this.options;
    const { signal } = this.#closing;
    this.#open = await whenAvailable(() => open(signal), {
      signal,
      onFailure: (error, failures) => {
        this.#trouble = error.message;
        logger.warn({ err: error, failures }, `${name} can't be reached yet; trying again`);
      },
    });
    return this.#open;
  }
}
