import type { Decider } from '@test-planning/kernel/event-sourcing';
import { processDecider, type ProcessEvent, type ProcessReply, type ProcessState } from '@test-planning/kernel/processes';
import type {
  ExperimentCommand,
  ExperimentEvent,
  MethodCommand,
  MethodEvent,
  ProcessCommand,
} from '@test-planning/schema/messages';
import { protocols } from '../../saga/protocols';
import { experimentDecider } from '../../subgraphs/experiments/experiment/experiment';
import type { ExperimentState } from '../../subgraphs/experiments/experiment/experiment-state';
import { methodDecider } from '../../subgraphs/methods/method/method';
import type { MethodState } from '../../subgraphs/methods/method/method-state';

/** What decides in a world; a deviation puts another one in its place. */
export interface Rules {
  experiment: Decider<ExperimentState, ExperimentCommand, ExperimentEvent>;
  method: Decider<MethodState, MethodCommand, MethodEvent>;
  process: Decider<ProcessState, ProcessCommand | ProcessReply, ProcessEvent>;
  /** Whether a deadline queues behind the answers that wait in the inbox. */
  deadlines: 'behind' | 'ahead';
}

export const rules: Rules = {
  experiment: experimentDecider,
  method: methodDecider,
  process: processDecider(protocols, { deadlineMs: 30_000 }),
  deadlines: 'behind',
};

export type AnyState = ExperimentState | MethodState | ProcessState;
