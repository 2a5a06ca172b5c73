import { z } from 'zod';
import { defineMessage, messageParser, type MessageOf } from './define';
import { experimentDescription, id, LINKS_AT_ONCE, methodDescription, version } from './fields';

const ids = z.array(id).min(1).max(LINKS_AT_ONCE);
const newMethod = z.object({ id, description: methodDescription });

/** Commands that start a process; the process's id stands in the stream (`<lab>/process/<id>`). */
export const processCommands = [
  defineMessage('CreateExperimentWithMethods', z.object({ experimentId: id, description: experimentDescription, methods: z.array(newMethod).max(LINKS_AT_ONCE) })),
  defineMessage('AddMethodsToExperiment', z.object({ experimentId: id, methodIds: ids })),
  defineMessage('RemoveMethodsFromExperiment', z.object({ experimentId: id, methodIds: ids })),
  defineMessage('DeleteExperiment', z.object({ experimentId: id, expectedVersion: version.nullable() })),
  defineMessage('CreateMethods', z.object({ methods: z.array(newMethod).min(1).max(LINKS_AT_ONCE) })),
  defineMessage('DeleteMethods', z.object({ methodIds: ids })),
] as const;
export type ProcessCommand = MessageOf<typeof processCommands>;

export const refusal = z.object({ code: z.string(), message: z.string(), details: z.record(z.string(), z.unknown()).optional() });

const event = z.object({ type: z.string(), data: z.unknown() });

/** What comes back to a process, and the timers it set. */
export const processReplies = [
  /** A step was handled: what happened because of it. No events: it changed nothing. */
  defineMessage('StepSucceeded', z.object({ step: z.string(), events: z.array(event) })),
  defineMessage('StepRefused', z.object({ step: z.string(), refusal })),
  defineMessage('DeadlinePassed', z.object({})),
] as const;
export type ProcessReply = MessageOf<typeof processReplies>;

export type ProcessMessage = ProcessCommand | ProcessReply;
export const parseProcessMessage = messageParser([...processCommands, ...processReplies]);

const step = z.object({
  id: z.string(),
  name: z.string(),
  /** The stream that the step's command goes to. */
  subject: z.string(),
  /** The step that this one undoes. */
  compensates: z.string().nullable(),
});

/** Facts about one process. */
export const processEvents = [
  defineMessage('ProcessStarted', z.object({ type: z.string(), input: z.unknown(), deadline: z.string() })),
  defineMessage('StepsSent', z.object({ steps: z.array(step) })),
  defineMessage('ProcessStepSucceeded', z.object({ step: z.string(), events: z.array(event) })),
  defineMessage('ProcessStepRefused', z.object({ step: z.string(), refusal })),
  defineMessage('ProcessStepsTimedOut', z.object({ steps: z.array(z.string()) })),
  defineMessage('CompensationBegun', z.object({ refusal })),
  defineMessage('ProcessStuck', z.object({ waitingFor: z.array(z.string()) })),
  defineMessage('ProcessCompleted', z.object({})),
  defineMessage('ProcessCompensated', z.object({ refusal })),
] as const;
export type ProcessEvent = MessageOf<typeof processEvents>;
export const parseProcessEvent = messageParser(processEvents);
