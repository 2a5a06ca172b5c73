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

/** Without a version it is of version 1. */
const event = z.object({ type: z.string(), schemaVersion: z.int().min(1).optional(), data: z.unknown() });

/** What became of a step, and what its subject's version and name are after it. */
const stepResult = z.object({ step: z.string(), events: z.array(event), version: z.int().min(0), subjectName: z.string().nullable() });

/** What comes back to a process, and the timers it set. */
export const processReplies = [
  /** A step was handled, and this happened because of it. No events: it changed nothing. */
  defineMessage('StepSucceeded', stepResult),
  defineMessage('StepRefused', z.object({ step: z.string(), refusal })),
  defineMessage('DeadlinePassed', z.object({})),
] as const;
export type ProcessReply = MessageOf<typeof processReplies>;

export type ProcessMessage = ProcessCommand | ProcessReply;
export const parseProcessMessage = messageParser([...processCommands, ...processReplies]);

const step = z.object({
  /** `<name>/<subject's id>`: unique in the process. */
  id: z.string(),
  name: z.string(),
  /** The stream that the step's command goes to. */
  subject: z.string(),
  /** The step that this one undoes. */
  compensates: z.string().nullable(),
});

/** The user's command that a process carries out; `time`: when it was accepted. */
const startedBy = z.object({ id: z.string(), inputHash: z.string(), time: z.string() });

/** Facts about one process. */
export const processEvents = [
  defineMessage('ProcessStarted', z.object({ type: z.string(), input: z.unknown(), command: startedBy, deadline: z.string() })),
  /** `phase`: which of the protocol's phases these steps are. */
  defineMessage('StepsSent', z.object({ phase: z.int().min(0), steps: z.array(step) })),
  defineMessage('ProcessStepSucceeded', stepResult),
  defineMessage('ProcessStepRefused', z.object({ step: z.string(), refusal })),
  defineMessage('ProcessStepsTimedOut', z.object({ steps: z.array(z.string()) })),
  /** `steps`: those that undo what was done. */
  defineMessage('CompensationBegun', z.object({ refusal, steps: z.array(step) })),
  defineMessage('ProcessStuck', z.object({ waitingFor: z.array(z.string()) })),
  defineMessage('ProcessCompleted', z.object({})),
  defineMessage('ProcessCompensated', z.object({ refusal })),
] as const;
export type ProcessEvent = MessageOf<typeof processEvents>;
export const parseProcessEvent = messageParser(processEvents);
