import type { StartCommand, StepEvent } from './messages';

/** A command to one aggregate, and what counts as its answer. */
export interface Step {
  /** What it does, in a word; with its subject it names the step. */
  name: string;
  topic: string;
  subject: { kind: string; id: string };
  command: { type: string; data: unknown };
  /** Which success is the one to wait for, where a subject answers more than once; any success, when left out. */
  until?: (events: readonly StepEvent[]) => boolean;
}

/** A step that can be undone, by a command to the same subject. It has to do no harm where the step was refused or never came. */
export interface CompensableStep extends Step {
  undo: { name: string; command: { type: string; data: unknown } };
}

/** What a protocol may know about its running process when it says what comes next. */
export interface ProcessRun<Input> {
  /** The process's id, without its lab. */
  id: string;
  input: Input;
  /** What the steps of this name caused that were answered with success, in the order of the steps. */
  resultsOf(stepName: string): readonly { subjectId: string; events: readonly StepEvent[] }[];
}

/** Steps without dependencies: up to 1,000 are sent at once, and all are answered before the next phase. None at all: it is passed over. */
export type Phase<Input, PhaseStep extends Step = Step> = (run: ProcessRun<Input>) => readonly PhaseStep[];

/**
 * What a process does, phase by phase. Between `prepare` and `forward` lies the pivot: the deciding step's success, or without one
 * the last answer of `prepare`. Before it, a refusal or the deadline undoes every step that was sent and not refused. Once the deciding
 * step is sent, the deadline undoes nothing: its answer decides. Behind the pivot there is no way back: a refusal counts as an answer, and
 * being overdue is an alarm.
 */
export interface Protocol<Input> {
  /** What the user's command is about, where it is one thing; with its name, where the command gives it one. */
  subject?: (input: Input) => { kind: string; id: string; name?: string };
  prepare: readonly Phase<Input, CompensableStep>[];
  decide?: (run: ProcessRun<Input>) => Step;
  forward: readonly Phase<Input>[];
}

/** A protocol for each type of command that starts a process. */
export type Protocols<Command extends StartCommand> = {
  readonly [Type in Command['type']]: Protocol<Extract<Command, { type: Type }>['data']>;
};
