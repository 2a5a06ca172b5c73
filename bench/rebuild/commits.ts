import type { Commit } from '@test-planning/kernel/event-sourcing';
import { newId } from '@test-planning/kernel/messaging';

const ACTOR = { userId: 'alice', name: 'Alice Archer' };
const AT = '2026-01-02T03:04:05.678Z';

const commit = (experiment: string, sequence: number, type: string, event: Commit['result']): Commit => {
  const id = newId();
  return {
    id: `bench/client/${id}`, stream: `bench/experiment/${experiment}`, sequence, version: sequence, inputHash: id.replaceAll('-', ''), at: AT, actor: ACTOR,
    message: { id, origin: 'client', type, time: AT, correlationId: id }, result: event,
  };
};

const nameAfter = (changes: number): string => `Nitrogen response, season ${changes}`;

/** An experiment's history of so many commits, one event each. */
export const historyOf = (length: number): Commit[] => {
  const experiment = newId();
  const description = { name: nameAfter(1), description: 'Three plots, four repetitions, soil sampled before and after.', tags: ['field', 'nitrogen'], plannedStart: null, plannedEnd: null };
  const created = commit(experiment, 1, 'CreateExperiment', { kind: 'accepted', events: [{ type: 'ExperimentCreated', data: { description, links: [] } }] });
  const updated = Array.from({ length: length - 1 }, (_, index) => commit(experiment, index + 2, 'UpdateExperiment', {
    kind: 'accepted', events: [{ type: 'ExperimentUpdated', data: { changes: [{ field: 'name', before: nameAfter(index + 1), after: nameAfter(index + 2) }] } }],
  }));
  return [created, ...updated];
};
