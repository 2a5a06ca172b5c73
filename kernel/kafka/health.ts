import type { Dependency } from '../health/dependency';
import { UnavailableError } from '../health/unavailable-error';

interface Source {
  problem(): string | undefined;
}

/** What was seen of Kafka last: by asking it from time to time, by sending, and by each consumer. */
export class KafkaHealth implements Dependency {
  readonly name = 'Kafka';
  readonly #consumers = new Set<Source>();
  #unreachable: string | undefined;
  #reachableSince = performance.now();
  #sendFailure: { reason: string; pingsSince: number } | undefined;

  problem(): string | undefined {
    if (this.#unreachable !== undefined) return `Kafka can't be reached: ${this.#unreachable}`;
    if (this.#sendFailure) return `Nothing could be sent to Kafka: ${this.#sendFailure.reason}`;
    for (const consumer of this.#consumers) {
      const problem = consumer.problem();
      if (problem !== undefined) return problem;
    }
    return undefined;
  }

  /** How long Kafka has been reachable without interruption, in milliseconds; undefined while it isn't. */
  reachableForMs(): number | undefined {
    return this.#unreachable === undefined ? performance.now() - this.#reachableSince : undefined;
  }

  reached(): void {
    this.#reach();
    // Whoever is told that nothing can be sent sends nothing: without this it would never be found out that it can.
    if (this.#sendFailure && ++this.#sendFailure.pingsSince > 1) this.#sendFailure = undefined;
  }

  unreachable(error: unknown): void {
    this.#unreachable = reasonOf(error);
  }

  sent(): void {
    this.#reach();
    this.#sendFailure = undefined;
  }

  /** Whether that is news. */
  notSent(error: unknown): boolean {
    const isNews = this.#sendFailure === undefined;
    this.#sendFailure = { reason: reasonOf(error), pingsSince: 0 };
    return isNews;
  }

  #reach(): void {
    if (this.#unreachable !== undefined) this.#reachableSince = performance.now();
    this.#unreachable = undefined;
  }

  watch(consumer: Source): void {
    this.#consumers.add(consumer);
  }

  forget(consumer: Source): void {
    this.#consumers.delete(consumer);
  }
}

/** What went wrong, in a line, without saying again that it was Kafka. */
export const reasonOf = (error: unknown): string => {
  if (error instanceof UnavailableError) return reasonOf(error.cause);
  return error instanceof Error ? error.message : String(error);
};
