import { KafkaJSError, type Producer as KafkaProducer, type TopicMessages } from 'kafkajs';
import { createClient, type Client, type ClientOptions } from './client';

/**
 * Sends as one idempotent producer. After a send that failed it must not be used again: its numbering of what it sent is in doubt, and Kafka takes
 * a record under a number that it has seen for one that it has.
 */
export class Producer {
  readonly #client: Client;
  readonly #producer: KafkaProducer;
  readonly #severed = Promise.withResolvers<never>();

  private constructor(client: Client) {
    this.#client = client;
    this.#producer = client.kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: () => ({ message }) => message.partition ?? 0,
      // The same numbers are sent again until whoever waits gives up, and severs.
      retry: { initialRetryTime: 50, maxRetryTime: 300, retries: Number.MAX_SAFE_INTEGER },
    });
    this.#severed.promise.catch(() => undefined);
  }

  static async connect(options: ClientOptions, timeoutMs: number): Promise<Producer> {
    const producer = new Producer(createClient(options, timeoutMs));
    const timer = setTimeout(() => {
      producer.sever('It takes too long to connect');
    }, timeoutMs);
    try {
      await Promise.race([producer.#producer.connect(), producer.#severed.promise]);
      return producer;
    } catch (error) {
      producer.sever('Not connected');
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Resolves when all of it is stored on as many brokers as its topics ask for. */
  async send(messages: TopicMessages[]): Promise<void> {
    const stored = await Promise.race([this.#producer.sendBatch({ topicMessages: messages, acks: -1 }), this.#severed.promise]);
    // When a partition moves to a broker that has answered already, kafkajs 2.2.4 forgets to send it there, and reports success.
    const places = new Set(stored.map(({ topicName, partition }) => `${topicName}/${partition}`));
    for (const { topic, messages: ofTopic } of messages) {
      for (const { partition } of ofTopic) {
        if (!places.has(`${topic}/${partition}`)) throw new KafkaJSError(`Nobody has stored what was sent to ${topic}/${partition}`);
      }
    }
  }

  /** Ends it at once. A send in hand rejects; whether it took place isn't known. */
  sever(reason: string): void {
    this.#severed.reject(new Error(reason));
    this.#client.sever(reason);
  }
}
