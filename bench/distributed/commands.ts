import { encodeMessage, newId, type NewLogRecord } from '@test-planning/kernel/messaging';
import { topics } from '@test-planning/schema/messages';

const LAB = 'bench';

const command = (experimentId: string, type: string, data: unknown): NewLogRecord => {
  const id = newId();
  return encodeMessage({
    id, origin: 'client', type, schemaVersion: 1, source: 'experiments-api', stream: `${LAB}/experiment/${experimentId}`, lab: LAB, time: new Date().toISOString(),
    actor: { userId: 'alice', name: 'Alice Archer' }, correlationId: id, causationId: id, data,
  }, topics.experimentsCommands);
};

/** One experiment each. */
export const creates = (ids: readonly string[]): NewLogRecord[] =>
  ids.map((id, index) => command(id, 'CreateExperiment', {
    name: `Nitrogen response ${index}`, description: 'Three plots, four repetitions, soil sampled before and after.', tags: ['field', 'nitrogen'], plannedStart: null, plannedEnd: null,
  }));

/** So many changes of these experiments, in turn. */
export const updates = (ids: readonly string[], count: number): NewLogRecord[] =>
  Array.from({ length: count }, (_, index) => command(ids[index % ids.length] ?? '', 'UpdateExperiment', {
    changes: { name: `Nitrogen response ${index}, second season` }, expectedVersion: null,
  }));
