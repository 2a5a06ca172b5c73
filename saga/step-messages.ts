import type { Commit } from '@test-planning/kernel/event-sourcing';
import { derivedId, parseStreamId, type Message } from '@test-planning/kernel/messaging';
import type { Process, ProcessEvent } from '@test-planning/kernel/processes';

/** Who sends what processes send. */
export const SOURCE = 'saga-worker';

/** A command on its way to an aggregate, and the topic that it goes to. */
interface OutgoingMessage {
  topic: string;
  message: Message;
}

/**
 * The commands that a process's commit sends, in the name of whoever started it. Their ids derive from process and step: sent
 * again, they are the same commands.
 */
export const stepMessages = (commit: Commit<ProcessEvent>, process: Process): OutgoingMessage[] =>
  (commit.commands ?? []).map(({ topic, stream, step, type, schemaVersion, data }) => ({
    topic,
    message: {
      id: derivedId(commit.stream, step),
      origin: 'process',
      type,
      schemaVersion: schemaVersion ?? 1,
      source: SOURCE,
      stream,
      lab: parseStreamId(stream).lab,
      time: commit.at,
      actor: process.actor,
      correlationId: process.command.id,
      causationId: commit.message.id,
      step: { process: commit.stream, step },
      ...(commit.message.traceparent !== undefined && { traceparent: commit.message.traceparent }),
      data,
    },
  }));
