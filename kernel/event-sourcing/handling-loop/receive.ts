import { decodeMessage } from '../../messaging/envelope';
import { inputHash } from '../../messaging/input-hash';
import type { LogRecord } from '../../messaging/log';
import type { Stored } from '../commit';
import { commitId } from '../commit-id';
import type { ParsedInput, Received, WorkerDefinition } from './definition';
import { errorText } from './error-text';

/** The messages of one key, in order: strictly one after the other, beside other lanes. */
export interface Lane<Command> {
  key: string;
  received: readonly Received<Command>[];
}

export const lanesOf = <Command>(records: readonly LogRecord[], parse: Parse<Command>): Lane<Command>[] =>
  [...Map.groupBy(records, ({ key }) => key)].map(([key, ofKey]) => ({ key, received: ofKey.map((record) => receive(record, parse)) }));

type Parse<Command> = WorkerDefinition<unknown, Command, Stored>['parse'];

/** Reads a record once, where it enters. */
const receive = <Command>(record: LogRecord, parse: Parse<Command>): Received<Command> => {
  const decoded = decodeMessage(record);
  if (decoded.kind === 'malformed') return { kind: 'unreadable', record, message: undefined, reason: decoded.reason };
  const { message } = decoded;
  try {
    const parsed = parse(message.type, message.schemaVersion, message.data);
    if (parsed.kind !== 'parsed') return { kind: 'unreadable', record, message, reason: reasonOf(parsed) };
    return { kind: 'readable', record, message, command: parsed.message, hash: inputHash(message), commitId: commitId(message) };
  } catch (error) {
    return { kind: 'unreadable', record, message, reason: errorText(error) };
  }
};

const reasonOf = (parsed: Exclude<ParsedInput<unknown>, { kind: 'parsed' }>): string =>
  parsed.kind === 'unknown-type' ? `No message of type ${parsed.type} is known here` : parsed.reason;
