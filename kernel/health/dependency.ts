/** Something that a process stands on, as a log or a store. */
export interface Dependency {
  /** As people call it: `Kafka`. */
  readonly name: string;
  /** What is wrong with it, in a sentence; undefined while it can be used. Answers at once, from what was seen last. */
  problem(): string | undefined;
}
