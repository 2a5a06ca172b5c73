import { commitId, type Commit, type Decider, type DecisionContext, type Stored } from '@test-planning/kernel/event-sourcing';
import { inputHash, parseStreamId, type Message, type StreamId } from '@test-planning/kernel/messaging';
import { replyTo, type ProcessEvent } from '@test-planning/kernel/processes';
import { stepMessages } from '../../saga/step-messages';
import type { AnyState, Rules } from './rules';

export interface Handled {
  commit: Commit;
  after: AnyState;
  /** Sent again, the same, whenever the message comes again. */
  sent: Message[];
}

/** What a worker makes of a message that it hasn't seen: a commit, the state after it, and what it sends. */
export const handle = (rules: Rules, message: Message, state: AnyState, sequence: number): Handled => {
  const { stream, actor, type, data, step, time, origin, correlationId } = message;
  const decider = deciderOf(rules, stream);
  const hash = inputHash(message);
  const context: DecisionContext = {
    stream,
    at: time,
    actor,
    message: { id: message.id, time, inputHash: hash },
    ...(step && { step }),
  };
  const { commands, ...result } = { commands: undefined, ...decider.decide({ type, data }, state, context) };
  const commit: Commit = {
    id: commitId(message),
    stream,
    sequence,
    version: 0,
    inputHash: hash,
    at: time,
    actor,
    message: { id: message.id, origin, type, time, correlationId, ...(step && { step }) },
    result,
    ...(commands && { commands }),
  };
  const events = result.kind === 'accepted' ? result.events : [];
  const after = events.reduce((before, event) => decider.evolve(before, event, context), state);
  return { commit, after, sent: sentBy(commit, after) };
};

/** Which kind of stream it is says which commands, events and states there are; no type can follow that. */
const deciderOf = (rules: Rules, stream: StreamId) =>
  rules[parseStreamId(stream).kind as 'experiment' | 'method' | 'process'] as unknown as Decider<AnyState, Stored, Stored>;

const sentBy = (commit: Commit, state: AnyState): Message[] =>
  state.kind === 'process'
    ? stepMessages(commit as Commit<ProcessEvent>, state).map(({ message }) => message)
    : replyTo(commit, { source: 'test', subjectName: null, awaitedBy: waitingForDeletion });

const waitingForDeletion = ({ type, data }: Stored) =>
  type === 'MethodDeletionReady' ? (data as { process: StreamId; step: string }) : undefined;
