import { changeTypes, experimentEvents, type ExperimentEvent } from '@test-planning/schema/messages';
import { experimentPublications } from './publishing';

const description = { name: 'Soil 3', description: null, tags: [], plannedStart: null, plannedEnd: null };
const links = [{ methodId: 'm', linkId: 'l' }];

/** An event of each type. */
const events: { [Type in ExperimentEvent['type']]: Extract<ExperimentEvent, { type: Type }>['data'] } = {
  ExperimentProvisioned: { process: 'p', description, links },
  ExperimentDiscarded: { process: 'p' },
  ExperimentCreated: { description, links },
  ExperimentUpdated: { changes: [{ field: 'name', before: 'Soil 2', after: 'Soil 3' }] },
  MethodsLinked: { links },
  MethodsUnlinked: { links },
  ExperimentDeleted: { links },
};

test('a change that people see has a type that the API lists, and no other event has', () => {
  for (const { type } of experimentEvents) {
    const isChange = experimentPublications.fieldsOf({ type, data: events[type] } as ExperimentEvent) !== null;
    expect([type, isChange]).toEqual([type, changeTypes.some((listed) => listed === type)]);
  }
});
