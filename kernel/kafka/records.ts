import type { IHeaders, KafkaMessage, Message } from 'kafkajs';
import type { LogRecord, NewLogRecord } from '../messaging/log';
import { recordBytes } from '../messaging/sizes';
import { keyPartition } from './key-partition';

/** A record on its way to a partition. */
export interface OutgoingRecord {
  topic: string;
  partition: number;
  message: Message;
  /** At most so many bytes in a batch of Kafka's. */
  bytes: number;
}

/** @param topic as Kafka calls it */
export const outgoing = (record: NewLogRecord, topic: string, partitions: number): OutgoingRecord => {
  const { key, headers, value } = record;
  const partition = keyPartition(key, partitions);
  return { topic, partition, message: { key, value, headers: headers as Record<string, string>, partition }, bytes: recordBytes(record) };
};

/**
 * A message as a record. Whatever others wrote comes through, so that its reader can set it aside: a key or value that isn't there as '',
 * bytes that are no UTF-8 as U+FFFD, and of a repeated header the last one, as Kafka's own clients have it.
 */
export const incoming = ({ key, value, headers, offset }: KafkaMessage, topic: string, partition: number): LogRecord => ({
  topic,
  partition,
  offset: BigInt(offset),
  key: key?.toString() ?? '',
  headers: textHeaders(headers),
  value: value?.toString() ?? '',
});

const textHeaders = (headers: IHeaders | undefined): Record<string, string> => {
  const text: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    text[name] = (Array.isArray(value) ? value.at(-1) : value)?.toString() ?? '';
  }
  return text;
};

/** About how much memory a message takes. */
export const messageBytes = ({ key, value }: KafkaMessage): number => (key?.length ?? 0) + (value?.length ?? 0) + MESSAGE_OVERHEAD;

/** Headers of a CloudEvent, and the objects that hold a record. */
const MESSAGE_OVERHEAD = 1000;
