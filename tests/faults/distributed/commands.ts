import { randomUUID } from 'node:crypto';
import type { Answer, Json, LabClient } from '../../system/client';
import { eventually } from '../../system/eventually';
import { readAuditTrail } from '../read-back';

const mutation = 'mutation ($commandId: ID!, $name: String!) { createExperiment(commandId: $commandId, input: { name: $name }) { id } }';

interface Sent {
  commandId: string;
  answer: Answer<Json>;
  tookMs: number;
}

/** Asks for a new experiment; sent again with the same id, it is the same command. */
export const createExperiment = async (client: LabClient, commandId: string = randomUUID()): Promise<Sent> => {
  const begun = performance.now();
  const answer = await client.request(mutation, { commandId, name: `Experiment ${commandId}` });
  return { commandId, answer, tookMs: performance.now() - begun };
};

/** So many at once, all of which have to be accepted; their ids. */
export const createExperiments = async (client: LabClient, count: number): Promise<string[]> => {
  const sent = await Promise.all(Array.from({ length: count }, () => createExperiment(client)));
  expect(sent.flatMap(({ answer }) => answer.errors ?? [])).toEqual([]);
  return sent.map(({ commandId }) => commandId);
};

/** Resolves when each of the commands is applied. One that is parked never is. */
export const allApplied = async (client: LabClient, commandIds: readonly string[], withinMs: number): Promise<void> => {
  const deadline = Date.now() + withinMs;
  for (const id of commandIds) {
    await eventually(
      () => client.request('query ($id: ID!) { command(id: $id) { status outcome(waitMs: 5000) { __typename } } }', { id }),
      ({ data }) => expect({ id, command: data?.command }).toEqual({ id, command: { status: 'APPLIED', outcome: expect.anything() } }),
      Math.max(0, deadline - Date.now()),
    );
  }
};

/** Each command once in the audit trail, and the one event that follows from it. */
export const recordedOnce = async (client: LabClient, commandIds: readonly string[]): Promise<void> => {
  await eventually(() => readAuditTrail(client), (trail) => {
    for (const kind of ['COMMAND_ACCEPTED', 'EVENT']) {
      const recorded = trail.filter((entry) => entry.kind === kind).map(({ command }) => command?.id);
      expect({ kind, recorded: recorded.sort() }).toEqual({ kind, recorded: [...commandIds].sort() });
    }
  }, 30_000);
};
