import type { EvolutionContext, Refusal } from '../event-sourcing/decider';
import type { Actor } from '../messaging/message';
import type { ProcessEvent, SentStep, StartedBy, StepEvent } from './messages';

export interface ProcessStep extends SentStep {
  state: 'WAITING' | 'DONE' | 'REFUSED' | 'TIMED_OUT';
  startedAt: string;
  endedAt: string | null;
  /** What it caused, once it is DONE. */
  events: readonly StepEvent[];
  /** Of the subject, once it is DONE. */
  version: number | null;
  subjectName: string | null;
  refusal: Refusal | null;
}

/** A running or ended instance of a protocol. */
export interface Process {
  kind: 'process';
  type: string;
  state: 'RUNNING' | 'COMPENSATING' | 'COMPLETED' | 'COMPENSATED' | 'STUCK';
  input: unknown;
  command: StartedBy;
  /** Who sent the command: everything that the process does is done for them. */
  actor: Actor;
  startedAt: string;
  deadline: string;
  endedAt: string | null;
  /** Index of the protocol's phase that was sent last. */
  phase: number;
  /** By id, in the order in which they were begun. */
  steps: ReadonlyMap<string, ProcessStep>;
  /** Why it is or was compensated. */
  refusal: Refusal | null;
}

export type ProcessState = { kind: 'none' } | Process;

export const noProcess: ProcessState = { kind: 'none' };

export const hasEnded = (process: Process): boolean => process.endedAt !== null;

/** The state after one event. What can't follow upon the state leaves it as it is. */
export const evolve = (state: ProcessState, event: ProcessEvent, context: EvolutionContext): ProcessState => {
  if (event.type === 'ProcessStarted') return started(event.data, context);
  return state.kind === 'process' ? goOn(state, event, context.at) : state;
};

const started = (
  { type, input, command, deadline }: Extract<ProcessEvent, { type: 'ProcessStarted' }>['data'],
  { at, actor }: EvolutionContext,
): Process => ({
  kind: 'process',
  type,
  state: 'RUNNING',
  input,
  command,
  actor,
  startedAt: at,
  deadline,
  endedAt: null,
  phase: -1,
  steps: new Map(),
  refusal: null,
});

const goOn = (process: Process, event: Exclude<ProcessEvent, { type: 'ProcessStarted' }>, at: string): Process => {
  switch (event.type) {
    case 'StepsSent':
      return { ...process, phase: event.data.phase, steps: withSent(process.steps, event.data.steps, at) };
    case 'ProcessStepSucceeded': {
      const { step, events, version, subjectName } = event.data;
      return {
        ...process,
        steps: withAnswers(process.steps, [step], { state: 'DONE', endedAt: at, events, version, subjectName }),
      };
    }
    case 'ProcessStepRefused':
      return {
        ...process,
        steps: withAnswers(process.steps, [event.data.step], { state: 'REFUSED', endedAt: at, refusal: event.data.refusal }),
      };
    case 'ProcessStepsTimedOut':
      return { ...process, steps: withAnswers(process.steps, event.data.steps, { state: 'TIMED_OUT', endedAt: at }) };
    case 'CompensationBegun':
      return {
        ...process,
        state: 'COMPENSATING',
        refusal: event.data.refusal,
        steps: withSent(process.steps, event.data.steps, at),
      };
    case 'ProcessStuck':
      return { ...process, state: 'STUCK' };
    case 'ProcessCompleted':
      return { ...process, state: 'COMPLETED', endedAt: at };
    case 'ProcessCompensated':
      return { ...process, state: 'COMPENSATED', endedAt: at, refusal: event.data.refusal };
  }
};

type Steps = Process['steps'];

const withSent = (steps: Steps, sent: readonly SentStep[], at: string): Steps =>
  new Map([
    ...steps,
    ...sent.map((step): [string, ProcessStep] => [
      step.id,
      { ...step, state: 'WAITING', startedAt: at, endedAt: null, events: [], version: null, subjectName: null, refusal: null },
    ]),
  ]);

const withAnswers = (steps: Steps, ids: readonly string[], answer: Partial<ProcessStep>): Steps => {
  const answered = new Map(steps);
  for (const id of ids) {
    const step = steps.get(id);
    if (step) answered.set(id, { ...step, ...answer });
  }
  return answered;
};
