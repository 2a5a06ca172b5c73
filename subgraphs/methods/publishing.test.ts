import { changeTypes, methodEvents, type MethodEvent } from '@test-planning/schema/messages';
import { methodPublications } from './publishing';

const description = { name: 'Kjeldahl', description: null, applicationRate: 1, unit: null, tags: [] };
const link = { experimentId: 'e', linkId: 'l' };
const request = { process: 'p', step: 's' };

/** An event of each type. */
const events: { [Type in MethodEvent['type']]: Extract<MethodEvent, { type: Type }>['data'] } = {
  MethodProvisioned: { process: 'p', description, link },
  MethodDiscarded: { process: 'p' },
  MethodCreated: { description },
  MethodUpdated: { changes: [{ field: 'name', before: 'Dumas', after: 'Kjeldahl' }] },
  ExperimentAttached: { link },
  AttachmentConfirmed: { link },
  ExperimentDetached: { links: [link] },
  MethodDeletionRequested: request,
  MethodDeletionReady: { ...request, links: [link] },
  MethodDeletionCancelled: request,
  MethodDeleted: { links: [link] },
};

test('a change that people see has a type that the API lists, and no other event has', () => {
  for (const { type } of methodEvents) {
    const isChange = methodPublications.fieldsOf({ type, data: events[type] } as MethodEvent) !== null;
    expect([type, isChange]).toEqual([type, changeTypes.some((listed) => listed === type)]);
  }
});
