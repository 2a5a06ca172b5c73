import { next, type Json, type LabClient } from '../../system/client';
import { eventually } from '../../system/eventually';

/** The place in the lab's feed from which everything to come can be followed. */
export const feedPosition = async (client: LabClient): Promise<string> => (await client.data('{ feedPosition }')).feedPosition;

export const experimentChanges = `subscription($id: ID, $after: Cursor) { event: experimentChanged(id: $id, after: $after) {
  cursor experimentId experiment { id version name } change { version type at actor { userId } commandId reason fields { field before after } } } }`;

export const methodChanges = `subscription($id: ID, $after: Cursor) { event: methodChanged(id: $id, after: $after) {
  cursor methodId method { id version name } change { version type actor { userId } } } }`;

export const processChanges = `subscription($id: ID, $after: Cursor) { event: processChanged(id: $id, after: $after) {
  cursor processId process { id state steps { id state } } } }`;

export const activity = `subscription($filter: AuditFilter, $after: Cursor) { event: activityRecorded(filter: $filter, after: $after) {
  id cursor kind type subjectId actor { userId } change { version type } refusal { code } command { id status } } }`;

export const notificationsReceived = `subscription($after: Cursor) { event: notificationReceived(after: $after) {
  id cursor kind severity message read command { id } subject { ... on Experiment { id name } ... on Method { id } } } }`;

/** The next event of a subscription that calls its field `event`. */
export const nextEvent = async (events: AsyncIterator<Json>): Promise<Json> => (await next(events)).event;

/** The next `count` events. */
export const nextEvents = async (events: AsyncIterator<Json>, count: number): Promise<Json[]> => {
  const taken: Json[] = [];
  while (taken.length < count) taken.push(await nextEvent(events));
  return taken;
};

/**
 * Provokes again and again until the subscription delivers, so that from then on it is known to be live: over a socket, nobody
 * says that a subscription without `after` has begun. Gives the first event and how often was provoked.
 */
export const live = async (events: AsyncIterator<Json>, provoke: () => Promise<unknown>): Promise<{ first: Json; provoked: number }> => {
  let first: Json;
  let provoked = 0;
  const delivered = nextEvent(events).then((event) => (first = event));
  await eventually(
    async () => {
      if (first === undefined) {
        provoked += 1;
        await provoke();
      }
      return first as unknown;
    },
    (event) => expect(event).toBeDefined(),
  );
  await delivered;
  return { first, provoked };
};
