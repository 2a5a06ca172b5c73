/** Where Kafka and MongoDB are. */
export interface Addresses {
  brokers: readonly string[];
  mongodb: string;
}
