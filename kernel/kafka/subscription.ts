import { waitBackOff } from '../messaging/back-off';
import type { FailingPartition } from '../messaging/failing-partition';
import type { LogSubscription } from '../messaging/log';
import { reasonOf } from './health';
import { ConsumerSession, type SessionOptions } from './consumer-session';

/** So long a healthy member may have nothing of Kafka, at most. */
const SILENCE_MS = 5000;

const LOOK_EVERY_MS = 500;
/** So many session timeouts a member may be silent while Kafka can be reached: one may pass while the group waits for others. */
const SILENT_SESSIONS = 2;

interface SubscriptionOptions extends Omit<SessionOptions, 'onAlive'> {
  /** How long Kafka has been reachable without interruption, in milliseconds; undefined while it isn't. */
  reachableForMs: () => number | undefined;
}

/** A consumer that is begun anew, for ever, when it gives up, or hears nothing from a Kafka that can be reached. */
export class Subscription implements LogSubscription {
  readonly #options: SessionOptions;
  readonly #reachableForMs: () => number | undefined;
  readonly #stop = new AbortController();
  readonly #running: Promise<void>;
  readonly #settling = new Set<Promise<void>>();
  #session: ConsumerSession | undefined;
  #lastAlive = performance.now();
  #failures = 0;
  #stopped: Promise<void> | undefined;

  constructor(options: SubscriptionOptions) {
    this.#reachableForMs = options.reachableForMs;
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
      const silence = this.#watchForSilence();
      try {
        await Promise.race([session.run(), silence.heard, this.#aborted()]);
      } catch (error) {
        silence.end();
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

  /** Rejects when the member has heard nothing for too long, though Kafka was reachable: kafkajs may wait for ever for a coordinator that it has lost. */
  #watchForSilence(): { heard: Promise<never>; end(): void } {
    const longestMs = SILENT_SESSIONS * this.#options.sessionTimeoutMs;
    const begun = performance.now();
    const { promise: heard, reject } = Promise.withResolvers<never>();
    heard.catch(() => undefined);
    const timer = setInterval(() => {
      const reachableMs = this.#reachableForMs();
      if (reachableMs === undefined) return;
      const silentMs = Math.min(performance.now() - Math.max(begun, this.#lastAlive), reachableMs);
      if (silentMs > longestMs) reject(new Error(`Nothing was heard from Kafka for ${Math.round(silentMs)} ms, though it can be reached`));
    }, LOOK_EVERY_MS).unref();
    this.#stop.signal.addEventListener('abort', () => {
      clearInterval(timer);
    }, { once: true });
    return {
      heard,
      end: () => {
        clearInterval(timer);
      },
    };
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
