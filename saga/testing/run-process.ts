import type { OutgoingCommand, Refusal } from '@test-planning/kernel/event-sourcing';
import { processDecider, type Process, type ProcessReply } from '@test-planning/kernel/processes';
import { defaultContext } from '@test-planning/kernel/testing';
import type { ExperimentEvent, MethodEvent, ProcessCommand } from '@test-planning/schema/messages';
import { protocols } from '../protocols';

export const PROCESS = 'f0000000-0000-4000-8000-000000000000';
export const EXPERIMENT = 'e0000000-0000-4000-8000-000000000000';
export const [METHOD, OTHER_METHOD] = ['a0000000-0000-4000-8000-000000000000', 'b0000000-0000-4000-8000-000000000000'] as const;

export const experimentDescription = { name: 'Soil 3', description: null, tags: [], plannedStart: null, plannedEnd: null };
export const methodDescription = { name: 'Kjeldahl', description: null, applicationRate: 1, unit: null, tags: [] };

export const linkTo = (methodId: string, process = PROCESS): string => `${process}.${methodId}`;

export type StepAnswer = Exclude<ProcessReply, { type: 'DeadlinePassed' }>;

/** The answers that a process may get to a step. */
export const done = (step: string, ...events: (ExperimentEvent | MethodEvent)[]): StepAnswer => ({
  type: 'StepSucceeded',
  data: { step, events, version: 2, subjectName: null },
});
export const refused = (step: string, code: string): StepAnswer => ({
  type: 'StepRefused',
  data: { step, refusal: { code, message: code } },
});
export const deadlinePassed: ProcessReply = { type: 'DeadlinePassed', data: {} };

interface Run {
  state: Process['state'];
  /** What the last message made it send: each step with its command. */
  sent: Record<string, Pick<OutgoingCommand, 'type' | 'data'>>;
  refusal: Refusal | null;
}

/** Where a process is when it was started and has handled these messages, one after the other. */
export const runProcess = (command: ProcessCommand, ...messages: ProcessReply[]): Run => {
  const decider = processDecider(protocols, { deadlineMs: 30_000 });
  const context = { ...defaultContext, stream: `alpha/process/${PROCESS}` } as const;
  let state = decider.initial;
  let commands: readonly OutgoingCommand[] = [];
  for (const message of [command, ...messages]) {
    const decision = decider.decide(message, state, context);
    if (decision.kind === 'accepted') for (const event of decision.events) state = decider.evolve(state, event, context);
    commands = decision.kind === 'accepted' ? (decision.commands ?? []) : [];
  }
  if (state.kind !== 'process') throw new Error('The process was not started');
  return {
    state: state.state,
    sent: Object.fromEntries(commands.map(({ step, type, data }) => [step, { type, data }])),
    refusal: state.refusal,
  };
};
