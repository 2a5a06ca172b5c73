import { waitBackOff } from '../messaging/back-off';
import type { FailingPartition } from '../messaging/failing-partition';
import type { LogSubscription } from '../messaging/log';
import { reasonOf } from './health';
import { ConsumerSession, type SessionOptions } from './consumer-session';

/** So long a healthy member may have nothing of Kafka, at most. */
const SILENCE_MS = 5000;

/** A consumer that is begun anew, for ever, when it gives up. */
export class Subscription implements LogSubscription {
  readonly #options: SessionOptions;
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;
  readonly #settling = new Set<Promise<void>>();
  #session: ConsumerSession | undefined;
  #lastAlive = performance.now();
  #failures = 0;
  #stopped: Promise<void> | undefined;

  constructor(options: Omit<SessionOptions, 'onAlive'>) {
    this.#options = {
      ...options,
      onAlive: () => {
        this.#lastAlive = performance.now();
        this.#failures = 0;
      },
    };
    this.#running = this.#run();
  }

  /** What keeps it from consuming, in a sentence. */
  problem(): string | undefined {
    const silentMs = performance.now() - this.#lastAlive;
    if (this.#stop.signal.aborted || silentMs < SILENCE_MS) return undefined;
    return `The consumer of ${this.#options.subscribe.group} has heard nothing from Kafka for ${Math.round(silentMs / 1000)} s`;
  }

  failing(): readonly FailingPartition[] {
    return this.#session?.failing() ?? [];
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#end();
    return this.#stopped;
  }

  async #end(): Promise<void> {
    this.#stop.abort();
    await this.#session?.stop();
    await this.#running;
    await Promise.all(this.#settling);
  }

  async #run(): Promise<void> {
    const { backOff, logger, subscribe } = this.#options;
    while (!this.#stop.signal.aborted) {
      const session = new ConsumerSession(this.#options);
      this.#session = session;
      try {
        await Promise.race([session.run(), this.#aborted()]);
      } catch (error) {
        if (this.#stop.signal.aborted) return;
        this.#failures += 1;
        // Said once: that it has joined again is said as well.
        logger[this.#failures === 1 ? 'warn' : 'debug']({ reason: reasonOf(error), group: subscribe.group, failures: this.#failures }, 'The consumer gave up and begins anew');
        this.#session = undefined;
        session.abandon();
        this.#settle(session);
        await waitBackOff(this.#failures, backOff, this.#stop.signal);
      }
    }
  }

  #aborted(): Promise<void> {
    return new Promise((resolve) => {
      this.#stop.signal.addEventListener('abort', () => {
        resolve();
      }, { once: true });
    });
  }

  #settle(session: ConsumerSession): void {
    const settled = session.settled().then(() => {
      this.#settling.delete(settled);
    });
    this.#settling.add(settled);
  }
}
