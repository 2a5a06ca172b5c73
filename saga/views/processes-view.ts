import type { Commit } from '@test-planning/kernel/event-sourcing';
import { parseStreamId } from '@test-planning/kernel/messaging';
import type { Process, ProcessEvent, ProcessState, ProcessStep } from '@test-planning/kernel/processes';
import type { ViewDefinition, ViewWrite } from '@test-planning/kernel/read-models';
import type { ReadableKind } from '@test-planning/schema/messages';
import { subjectOf } from '../subject';

export interface ProcessStepDocument extends Pick<
  ProcessStep,
  'id' | 'name' | 'state' | 'startedAt' | 'endedAt' | 'refusal' | 'compensates'
> {
  subjectId: string;
  /** `experiment` or `method`: decides who may see what the step was refused for. */
  subjectKind: ReadableKind;
}

/** A process as queries answer it. */
export interface ProcessDocument extends Pick<Process, 'type' | 'state' | 'startedAt' | 'deadline' | 'endedAt'> {
  id: string;
  command: { id: string; inputHash: string };
  /** What it is about, and what its steps are about: each id once. */
  subjectIds: string[];
  /** In the order in which they were begun. */
  steps: ProcessStepDocument[];
}

export const processesView: ViewDefinition<ProcessDocument> = {
  name: 'processes',
  version: 2,
  fields: {
    type: { kind: 'keywords', of: ({ type }) => [type] },
    state: { kind: 'keywords', of: ({ state }) => [state], isSelective: true },
    subjectId: { kind: 'keywords', of: ({ subjectIds }) => subjectIds, isSelective: true },
    startedAt: { kind: 'text', of: ({ startedAt }) => startedAt },
  },
};

/** What the view becomes by a commit of a process. */
export const projectProcess = (
  { stream, sequence, result }: Commit<ProcessEvent>,
  state: ProcessState,
): ViewWrite<ProcessDocument>[] => {
  if (result.kind !== 'accepted' || state.kind === 'none') return [];
  const { lab, id } = parseStreamId(stream);
  return [{ view: processesView.name, lab, id, stream, sequence, document: documentOf(lab, id, state) }];
};

const documentOf = (lab: string, id: string, process: Process): ProcessDocument => {
  const { type, state, startedAt, deadline, endedAt, command } = process;
  const steps = [...process.steps.values()].map(stepDocument);
  const subject = subjectOf(process, lab);
  const subjectIds = new Set([
    ...(subject ? [parseStreamId(subject.stream).id] : []),
    ...steps.map(({ subjectId }) => subjectId),
  ]);
  return {
    id,
    type,
    state,
    command: { id: command.id, inputHash: command.inputHash },
    startedAt,
    deadline,
    endedAt,
    subjectIds: [...subjectIds],
    steps,
  };
};

const stepDocument = ({
  id,
  name,
  subject,
  state,
  startedAt,
  endedAt,
  refusal,
  compensates,
}: ProcessStep): ProcessStepDocument => ({
  id,
  name,
  subjectId: parseStreamId(subject).id,
  subjectKind: parseStreamId(subject).kind as ReadableKind,
  state,
  startedAt,
  endedAt,
  refusal,
  compensates,
});
