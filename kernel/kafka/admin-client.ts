import type { Admin } from 'kafkajs';
import { UnavailableError } from '../health/unavailable-error';
import { createClient, type Client, type ClientOptions } from './client';

interface Connection {
  client: Client;
  admin: Promise<Admin>;
}

/** Asks Kafka about topics, groups and offsets over one connection, which is made anew after anything that failed. */
export class AdminClient {
  readonly #options: ClientOptions;
  readonly #timeoutMs: number;
  readonly #retries: number | undefined;
  #connection: Connection | undefined;

  /**
   * @param timeoutMs for each thing that is asked
   * @param retries of each, within that time
   */
  constructor(options: ClientOptions, timeoutMs: number, retries?: number) {
    this.#retries = retries;
    this.#options = options;
    this.#timeoutMs = timeoutMs;
  }

  /** @throws what Kafka answered; {@link UnavailableError} when it takes too long. */
  async ask<T>(question: (admin: Admin) => Promise<T>): Promise<T> {
    const connection = (this.#connection ??= this.#connect());
    const tooLong = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      tooLong.reject(new UnavailableError('Kafka', `no answer within ${this.#timeoutMs} ms`));
    }, this.#timeoutMs);
    try {
      return await Promise.race([connection.admin.then(question), tooLong.promise]);
    } catch (error) {
      this.#drop(connection, 'a question failed');
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  close(): void {
    if (this.#connection) this.#drop(this.#connection, 'closed');
  }

  #connect(): Connection {
    const client = createClient(this.#options, this.#timeoutMs, this.#retries);
    const admin = client.kafka.admin();
    return { client, admin: admin.connect().then(() => admin) };
  }

  #drop(connection: Connection, reason: string): void {
    if (this.#connection === connection) this.#connection = undefined;
    connection.client.sever(reason);
  }
}
