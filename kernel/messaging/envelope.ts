import { isShallow, MAX_DEPTH } from './depth';
import type { LogRecord, NewLogRecord } from './log';
import type { Message, Origin, ProcessStepReference } from './message';
import { parseStreamId, type StreamId } from './streams';

/** What a record turned out to be. */
export type DecodedRecord = { kind: 'message'; message: Message } | { kind: 'malformed'; reason: string };

const ORIGINS: ReadonlySet<string> = new Set<Origin>(['client', 'process', 'reply', 'timer']);

/**
 * A message as a record: a CloudEvent 1.0 in binary mode (https://github.com/cloudevents/spec, Kafka protocol binding): attributes
 * are headers, the data is the value as JSON, the key is the stream. A person's name and id are percent-encoded, as they may hold any
 * character.
 */
export const encodeMessage = (message: Message, topic: string): NewLogRecord => ({
  topic,
  key: message.stream,
  headers: {
    ce_specversion: '1.0',
    ce_id: message.id,
    ce_type: message.type,
    ce_source: message.source,
    ce_subject: message.stream,
    ce_time: message.time,
    ce_schemaversion: String(message.schemaVersion),
    ce_origin: message.origin,
    ce_lab: message.lab,
    ce_actorid: percentEncoded(message.actor.userId),
    ce_actorname: percentEncoded(message.actor.name),
    ce_correlationid: message.correlationId,
    ce_causationid: message.causationId,
    ...(message.step && { ce_process: message.step.process, ce_step: message.step.step }),
    'content-type': 'application/json',
    ...(message.traceparent !== undefined && { traceparent: message.traceparent }),
  },
  value: JSON.stringify(message.data ?? null),
});

/** Reads a record back. What can't be read is a value, not an exception: the reader decides what becomes of it. */
export const decodeMessage = (record: Pick<LogRecord, 'key' | 'headers' | 'value'>): DecodedRecord => {
  try {
    return { kind: 'message', message: read(record) };
  } catch (error) {
    return { kind: 'malformed', reason: error instanceof Error ? error.message : String(error) };
  }
};

const read = ({ key, headers, value }: Pick<LogRecord, 'key' | 'headers' | 'value'>): Message => {
  const header = (name: string): string => {
    const text = headers[name];
    if (text === undefined || text === '') throw new TypeError(`The header ${name} is missing`);
    return text;
  };
  if (header('ce_specversion') !== '1.0') throw new TypeError(`CloudEvents ${header('ce_specversion')} is not known here`);
  const stream = header('ce_subject') as StreamId;
  // The key decides who handles the message, so a subject beside it would get around the one lane that a stream has.
  if (stream !== key) throw new TypeError(`The subject ${stream} is not the key ${key}`);
  const lab = header('ce_lab');
  if (parseStreamId(stream).lab !== lab) throw new TypeError(`The stream ${stream} is not of lab ${lab}`);
  const step = stepOf(headers);
  const { traceparent } = headers;
  return {
    id: header('ce_id'),
    origin: originOf(header('ce_origin')),
    type: header('ce_type'),
    schemaVersion: schemaVersionOf(header('ce_schemaversion')),
    source: header('ce_source'),
    stream,
    lab,
    time: timeOf(header('ce_time')),
    actor: { userId: decodeURIComponent(header('ce_actorid')), name: decodeURIComponent(headers.ce_actorname ?? '') },
    correlationId: header('ce_correlationid'),
    causationId: header('ce_causationid'),
    ...(step && { step }),
    ...(traceparent !== undefined && { traceparent }),
    data: dataOf(value),
  };
};

const dataOf = (value: string): unknown => {
  const data: unknown = JSON.parse(value);
  if (!isShallow(data)) throw new TypeError(`The data is nested more than ${MAX_DEPTH} deep`);
  return data;
};

const percentEncoded = (text: string): string => encodeURIComponent(text.toWellFormed());

const originOf = (text: string): Origin => {
  if (!ORIGINS.has(text)) throw new TypeError(`Not an origin: ${text}`);
  return text as Origin;
};

const schemaVersionOf = (text: string): number => {
  const version = Number(text);
  if (!Number.isSafeInteger(version) || version < 1) throw new TypeError(`Not a schema version: ${text}`);
  return version;
};

const timeOf = (text: string): string => {
  if (Number.isNaN(Date.parse(text))) throw new TypeError(`Not a time: ${text}`);
  return text;
};

const stepOf = ({ ce_process: process, ce_step: step }: LogRecord['headers']): ProcessStepReference | undefined => {
  if (process === undefined && step === undefined) return undefined;
  if (!process || !step) throw new TypeError('A step and its process come together');
  parseStreamId(process);
  return { process: process as StreamId, step };
};
