import { encodeMessage } from '../messaging/envelope';
import { newId } from '../messaging/ids';
import { inputHash } from '../messaging/input-hash';
import type { Log, NewLogRecord } from '../messaging/log';
import type { Actor, Message } from '../messaging/message';
import { MAX_COMMAND_BYTES, MAX_RECORD_BYTES, recordBytes } from '../messaging/sizes';
import type { StreamId } from '../messaging/streams';
import type { SubgraphContext } from './context';
import { badUserInput, unavailable, type ErrorLog } from './errors';
import { actorOf } from './identity';
import { idInput, parseInput } from './input';

export interface AcceptorOptions {
  log: Log;
  /** The service that sends, as `experiments-api`. */
  source: string;
  clock: () => Date;
  errors: ErrorLog;
  /** How long the log may take, in milliseconds, before the client is told to send again. Default 1,500: with the way to the client that is within 2 s. */
  timeoutMs?: number;
}

export interface CommandToAccept {
  topic: string;
  commandId: string;
  type: string;
  schemaVersion: number;
  stream: StreamId;
  /** What the client sees the command to be about. */
  subjectId: string;
  data: unknown;
  /** The argument that `data` is mostly made of, for the error about its size. */
  field: string;
}

/** A command that was accepted, as its sender is told of it. */
export interface Accepted {
  id: string;
  type: string;
  subjectId: string;
  acceptedAt: string;
  actor: Actor;
  inputHash: string;
}

/** Puts a command on the log: from then on it is accepted, and will be decided. @throws UNAVAILABLE when that isn't certain; BAD_USER_INPUT for one that is too large. */
export type Accept = (context: SubgraphContext, command: CommandToAccept) => Promise<Accepted>;

/** The client's id for a command, or a new one. @throws BAD_USER_INPUT when it is no UUID. */
export const commandIdFrom = (commandId: string | null | undefined): string =>
  commandId === null || commandId === undefined ? newId() : parseInput(idInput, commandId, 'commandId');

export function acceptor({ log, source, clock, errors, timeoutMs = 1_500 }: AcceptorOptions): Accept {
  return async (context, { topic, commandId, type, schemaVersion, stream, subjectId, data, field }) => {
    const { identity } = context;
    const message: Message = {
      id: commandId,
      origin: 'client',
      type,
      schemaVersion,
      source,
      stream,
      lab: identity.lab,
      time: clock().toISOString(),
      actor: actorOf(identity),
      correlationId: commandId,
      causationId: commandId,
      ...(context.traceparent !== undefined && { traceparent: context.traceparent }),
      data,
    };
    const record = encodeMessage(message, topic);
    checkSize(record, field);
    try {
      await within(timeoutMs, log.append([record]));
    } catch (error) {
      errors.error({ err: error, commandId, requestId: context.requestId }, 'a command may not have been accepted');
      throw unavailable(commandId);
    }
    const { time: acceptedAt, actor } = message;
    return { id: commandId, type, subjectId, acceptedAt, actor, inputHash: inputHash(message) };
  };
}

/** @throws BAD_USER_INPUT with the field and the limit: a command of that size can't be accepted the next time either. */
function checkSize(record: NewLogRecord, field: string): void {
  const bytes = Buffer.byteLength(record.value);
  if (bytes <= MAX_COMMAND_BYTES && recordBytes(record) <= MAX_RECORD_BYTES) return;
  throw badUserInput(`${field} must take at most ${MAX_COMMAND_BYTES} bytes as JSON, and takes ${bytes}: split it into several commands.`, field);
}

/** Rejects when the work takes longer; the work itself goes on. */
function within(milliseconds: number, work: Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`the log did not answer within ${milliseconds} ms`));
    }, milliseconds);
    void work.then(resolve, reject).finally(() => {
      clearTimeout(timer);
    });
  });
}
