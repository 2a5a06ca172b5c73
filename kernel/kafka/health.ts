import type { Dependency } from '../health/dependency';

interface Source {
  problem(): string | undefined;
}

/** What was seen of Kafka last: by asking it from time to time, by sending, and by each consumer. */
export class KafkaHealth implements Dependency {
  readonly name = 'Kafka';
  readonly #consumers = new Set<Source>();
  #unreachable: string | undefined;
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

  reached(): void {
    this.#unreachable = undefined;
    // Whoever is told that nothing can be sent sends nothing: without this it would never be found out that it can.
    if (this.#sendFailure && ++this.#sendFailure.pingsSince > 1) this.#sendFailure = undefined;
  }

  unreachable(error: unknown): void {
    this.#unreachable = reasonOf(error);
  }

  sent(): void {
    this.#unreachable = undefined;
    this.#sendFailure = undefined;
  }

  notSent(error: unknown): void {
    this.#sendFailure = { reason: reasonOf(error), pingsSince: 0 };
  }

  watch(consumer: Source): void {
    this.#consumers.add(consumer);
  }

  forget(consumer: Source): void {
    this.#consumers.delete(consumer);
  }
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
