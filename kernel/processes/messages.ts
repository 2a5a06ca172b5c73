import type { Refusal } from '../event-sourcing/decider';

/** An event of an aggregate, as the answer to a step tells it. */
export interface StepEvent {
  type: string;
  /** 1 where it is left out. */
  schemaVersion?: number | undefined;
  data: unknown;
}

/** A user's command that starts a process. */
export interface StartCommand {
  type: string;
  data: unknown;
}

export interface StepResult {
  step: string;
  events: StepEvent[];
  /** The subject's version after it. */
  version: number;
  /** What the subject is called, for people; null when it has no name that anybody may see. */
  subjectName: string | null;
}

/** What comes back to a process: the answers to its steps, and the timer that it set. */
export type ProcessReply =
  /** A step was handled, and this happened because of it; no events: it changed nothing. */
  | { type: 'StepSucceeded'; data: StepResult }
  | { type: 'StepRefused'; data: { step: string; refusal: Refusal } }
  | { type: 'DeadlinePassed'; data: Record<string, never> };

export const isReply = (message: StartCommand | ProcessReply): message is ProcessReply =>
  message.type === 'StepSucceeded' || message.type === 'StepRefused' || message.type === 'DeadlinePassed';

/** The user's command that a process carries out, and that is answered when the process has ended. */
export interface StartedBy {
  id: string;
  inputHash: string;
  /** When it was accepted. */
  time: string;
}

export interface SentStep {
  /** `<name>/<subject's id>`: unique in the process. */
  id: string;
  name: string;
  /** The stream that the step's command goes to. */
  subject: string;
  /** The step that this one undoes. */
  compensates: string | null;
}

/** Facts about one process. */
export type ProcessEvent =
  | { type: 'ProcessStarted'; data: { type: string; input: unknown; command: StartedBy; deadline: string } }
  | { type: 'StepsSent'; data: { phase: number; steps: SentStep[] } }
  | { type: 'ProcessStepSucceeded'; data: StepResult }
  | { type: 'ProcessStepRefused'; data: { step: string; refusal: Refusal } }
  | { type: 'ProcessStepsTimedOut'; data: { steps: string[] } }
  | { type: 'CompensationBegun'; data: { refusal: Refusal; steps: SentStep[] } }
  | { type: 'ProcessStuck'; data: { waitingFor: string[] } }
  | { type: 'ProcessCompleted'; data: Record<string, never> }
  | { type: 'ProcessCompensated'; data: { refusal: Refusal } };
