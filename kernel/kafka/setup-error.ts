/** Kafka is there, and is not as this system needs it: trying again doesn't help. The message says what was found and what is needed. */
export class KafkaSetupError extends Error {
  override readonly name = 'KafkaSetupError';
}
