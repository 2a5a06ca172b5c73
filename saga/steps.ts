import type { CompensableStep, Step } from '@test-planning/kernel/processes';
import { streamKinds, topics, type ExperimentCommand, type MethodCommand } from '@test-planning/schema/messages';

type Undo<Command> = { name: string; command: Command };

/** A step on an experiment, and what undoes it if it can be undone. */
export function onExperiment(name: string, id: string, command: ExperimentCommand): Step;
export function onExperiment(
  name: string,
  id: string,
  command: ExperimentCommand,
  undo: Undo<ExperimentCommand>,
): CompensableStep;
export function onExperiment(
  name: string,
  id: string,
  command: ExperimentCommand,
  undo?: Undo<ExperimentCommand>,
): Step | CompensableStep {
  const step: Step = { name, topic: topics.experimentsCommands, subject: { kind: streamKinds.experiment, id }, command };
  return undo ? { ...step, undo } : step;
}

/** A step on a method, and what undoes it if it can be undone. */
export function onMethod(name: string, id: string, command: MethodCommand): Step;
export function onMethod(name: string, id: string, command: MethodCommand, undo: Undo<MethodCommand>): CompensableStep;
export function onMethod(name: string, id: string, command: MethodCommand, undo?: Undo<MethodCommand>): Step | CompensableStep {
  const step: Step = { name, topic: topics.methodsCommands, subject: { kind: streamKinds.method, id }, command };
  return undo ? { ...step, undo } : step;
}
