import { nothingChanged, type Decider, type Decision, type DecisionContext, type Refusal } from '../event-sourcing/decider';
import { isReply, type ProcessEvent, type ProcessReply, type StartCommand, type StepResult } from './messages';
import { evolve, hasEnded, noProcess, type ProcessState } from './process';
import type { Protocol, Protocols } from './protocol';
import { TIMED_OUT, Turn } from './turn';

export interface ProcessOptions {
  /** How long a process may take before it is compensated or, behind its pivot, reported as stuck. */
  deadlineMs: number;
}

/**
 * The decider of all processes: a command that starts one, answers to its steps and its deadline come in; events and the next
 * steps' commands go out in one commit. What comes late, again, or is unknown to the process changes nothing.
 */
export const processDecider = <Command extends StartCommand>(
  protocols: Protocols<Command>,
  { deadlineMs }: ProcessOptions,
): Decider<ProcessState, Command | ProcessReply, ProcessEvent> => ({
  initial: noProcess,
  evolve,
  decide: (message, state, context) => {
    const type = state.kind === 'process' ? state.type : message.type;
    // The type that a process was started with is one of the protocols' own: the parser and the start have seen to it.
    const protocol = protocols[type as Command['type']] as Protocol<unknown> | undefined;
    if (!protocol) return nothingChanged;
    if (!isReply(message)) return state.kind === 'none' ? start(message, protocol, context, deadlineMs) : nothingChanged;
    if (state.kind === 'none' || hasEnded(state)) return nothingChanged;
    return answer(message, new Turn(protocol, state, context));
  },
});

const start = (
  { type, data }: StartCommand,
  protocol: Protocol<unknown>,
  context: DecisionContext,
  deadlineMs: number,
): Decision<ProcessEvent> => {
  const deadline = new Date(Date.parse(context.at) + deadlineMs).toISOString();
  const { id, inputHash, time } = context.message;
  const turn = new Turn(protocol, noProcess, context);
  turn.record({ type: 'ProcessStarted', data: { type, input: data, command: { id, inputHash, time }, deadline } });
  turn.advance();
  return turn.decision();
};

const answer = (reply: ProcessReply, turn: Turn): Decision<ProcessEvent> => {
  switch (reply.type) {
    case 'StepSucceeded':
      return succeeded(reply.data, turn);
    case 'StepRefused':
      return refused(reply.data, turn);
    case 'DeadlinePassed':
      return deadlinePassed(turn);
  }
};

const succeeded = (data: StepResult, turn: Turn): Decision<ProcessEvent> => {
  if (!turn.waitsFor(data.step) || !turn.isEnough(data.step, data.events)) return nothingChanged;
  turn.record({ type: 'ProcessStepSucceeded', data });
  if (turn.process.state === 'COMPENSATING') turn.endIfCompensated();
  else turn.advance();
  return turn.decision();
};

const refused = (data: { step: string; refusal: Refusal }, turn: Turn): Decision<ProcessEvent> => {
  if (!turn.waitsFor(data.step)) return nothingChanged;
  turn.record({ type: 'ProcessStepRefused', data });
  if (turn.process.state === 'COMPENSATING') turn.endIfCompensated();
  else if (turn.role() === 'forward') turn.advance();
  else turn.compensate(data.refusal);
  return turn.decision();
};

const deadlinePassed = (turn: Turn): Decision<ProcessEvent> => {
  if (turn.process.state !== 'RUNNING') return nothingChanged;
  const waitingFor = turn.waiting();
  if (turn.role() === 'prepare') {
    turn.record({ type: 'ProcessStepsTimedOut', data: { steps: waitingFor } });
    turn.compensate({ code: TIMED_OUT, message: 'It took too long and was undone.', details: { waitingFor } });
  } else {
    turn.record({ type: 'ProcessStuck', data: { waitingFor } });
  }
  return turn.decision();
};
