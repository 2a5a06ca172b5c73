import { randomUUID } from 'node:crypto';
import { next, type Json, type LabClient } from '../system/client';
import { newLab, startWithCrowd, type Crowd } from '../system/crowd';
import { aMethod, anExperiment, applied, decided, mutation, type MutationName } from './steps/commands';
import { feedPosition } from './steps/feeds';

const refusal = '... on CommandRefused { code message details process { steps { name refusal { code message details } } } }';
const step = 'steps { name refusal { code message details } }';
const command = `command { id outcome { ${refusal} } }`;

interface RefusedCommand {
  id: string;
  name: MutationName;
  variables: object;
  processId: string | null;
}

/** Every way to the refusal of a command, by what it is called. */
const ways: Record<string, (reader: LabClient, refused: RefusedCommand, after: string) => Promise<Json>> = {
  'command(id:)': (reader, { id }) => reader.request(`{ command(id: "${id}") { outcome { ${refusal} } } }`),
  'commandOutcome': (reader, { id }) => next(reader.subscribe(`subscription { commandOutcome(id: "${id}") { outcome { ${refusal} } } }`)),
  'process(id:)': (reader, { processId }) => reader.request(`{ process(id: "${processId ?? randomUUID()}") { ${step} } }`),
  'processes': (reader) => reader.request(`{ processes { nodes { ${step} } edges { node { ${step} command { id outcome { ${refusal} } } } } } }`),
  'auditTrail': (reader, { id }) =>
    reader.request(`{ auditTrail(filter: { commandId: "${id}" }) { nodes { refusal { code message details process { ${step} } } process { ${step} } ${command} } } }`),
  'activityRecorded': async (reader, { id }, after) => {
    const events = reader.subscribe(
      `subscription { activityRecorded(after: "${after}", filter: { commandId: "${id}" }) { refusal { code message details } process { ${step} } ${command} } }`,
    );
    // An entry about a thing that the reader may not see never comes: the acceptance of a process does, and each of its steps.
    return reader.data(`{ auditTrail(filter: { commandId: "${id}" }) { totalCount } }`).then(async ({ auditTrail }: Json) => {
      const entries: Json[] = [];
      while (entries.length < auditTrail.totalCount) entries.push(await next(events));
      return entries;
    });
  },
  'processChanged': (reader, { processId }, after) =>
    processId === null ? Promise.resolve(null) : next(reader.subscribe(`subscription { processChanged(id: "${processId}", after: "${after}") { process { ${step} command { id outcome { ${refusal} } } } } }`)),
  'notifications': (reader) => reader.request(`{ notifications(first: 20) { nodes { message ${command} } } }`),
};

/** Every object of a result that has details of a refusal. */
const detailsIn = (result: Json): Json[] => {
  if (typeof result !== 'object' || result === null) return [];
  return [...('details' in result && result.details !== null ? [result.details] : []), ...Object.values(result).flatMap(detailsIn)];
};

describe('The details of a refusal', () => {
  let crowd: Crowd;
  const lab = newLab();
  const scopeSets = ['operations', 'experiments:read', 'methods:read', 'experiments:write methods:write', 'experiments:read methods:read'];
  const readers = new Map<string, LabClient>();
  let before: string;
  const refused: Record<string, RefusedCommand> = {};
  let linking: { experimentId: string; methodId: string; after: string };

  beforeAll(async () => {
    crowd = await startWithCrowd();
    const alice = await crowd.enter({ lab });
    const [experimentId, methodId] = [await anExperiment(alice), await aMethod(alice)];
    before = await feedPosition(alice);
    const refuse = async (name: MutationName, variables: object): Promise<void> => {
      const { id, outcome } = await decided(alice, name, variables);
      if (outcome?.__typename !== 'CommandRefused') throw new Error(`${name} was not refused`);
      if (outcome.details === null) throw new Error(`The refusal of ${name} has no details to hide`);
      refused[name] = { id, name, variables, processId: outcome.process?.id ?? null };
    };
    await refuse('updateExperiment', { id: experimentId, input: { name: 'Other' }, expectedVersion: 7 });
    await refuse('updateMethod', { id: methodId, input: { name: 'Other' }, expectedVersion: 7 });
    await refuse('deleteExperiment', { id: experimentId, expectedVersion: 7 });
    await refuse('addMethodsToExperiment', { experimentId, methodIds: [randomUUID()] });
    await refuse('createExperimentWithMethods', { experiment: { name: 'E' }, methods: [{ id: methodId, name: 'M', applicationRate: 1 }] });
    await refuse('createMethods', { inputs: [{ id: methodId, name: 'M', applicationRate: 1 }] });
    await refuse('deleteMethods', { ids: [randomUUID()] });
    linking = { experimentId, methodId, after: await feedPosition(alice) };
    await applied(alice, 'addMethodsToExperiment', { experimentId, methodIds: [methodId] });
    for (const scopes of scopeSets) readers.set(scopes, await crowd.enter({ lab, scopes }));
  });
  afterAll(() => crowd.leave());

  const needed: Partial<Record<MutationName, string>> = {
    updateExperiment: 'experiments:read',
    updateMethod: 'methods:read',
    deleteExperiment: 'experiments:read',
    addMethodsToExperiment: 'experiments:read methods:read',
    createExperimentWithMethods: 'experiments:read methods:read',
    createMethods: 'methods:read',
    deleteMethods: 'methods:read',
  };

  const everyWay = Object.keys(ways).flatMap((way) => scopeSets.map((scopes): [string, string] => [way, scopes]));
  it.each(everyWay)('by %s are shown to a token with the scopes "%s" only as far as these cover the things', async (way, scopes) => {
    const [read, reader] = [ways[way], readers.get(scopes)];
    if (!read || !reader) throw new Error(`No ${way} for ${scopes}`);
    const held = scopes.split(' ');
    const covers = (name: string): boolean => (needed[name as MutationName] ?? '').split(' ').every((scope) => held.includes(scope));
    const isOfOneCommand = !['processes', 'notifications'].includes(way);
    for (const command of Object.values(refused)) {
      const found = detailsIn(await read(reader, command, before));
      const shown = isOfOneCommand ? covers(command.name) : Object.keys(refused).some(covers);
      if (!shown) expect([command.name, found]).toEqual([command.name, []]);
    }
    if (scopes === 'experiments:read methods:read') {
      const all = await Promise.all(Object.values(refused).map((command) => read(reader, command, before)));
      expect(detailsIn(all).length).toBeGreaterThan(0);
    }
  });

  it('by the outcome of a resent mutation are hidden from a token that may only write', async () => {
    const writer = readers.get('experiments:write methods:write') as LabClient;
    for (const { id, name, variables } of Object.values(refused)) {
      const answer = await writer.request(mutation(name, `outcome(waitMs: 10000) { __typename ${refusal} }`), { ...variables, commandId: id });
      expect([name, answer.errors, answer.data?.command.outcome.__typename, detailsIn(answer)]).toEqual([name, undefined, 'CommandRefused', []]);
    }
  });

  it('leave code and message to every token', async () => {
    const reader = readers.get('operations') as LabClient;
    const { command: shown } = await reader.data(`{ command(id: "${refused['deleteExperiment']?.id ?? ''}") { outcome { ${refusal} } } }`);
    expect(shown.outcome).toMatchObject({ code: 'VERSION_CONFLICT', message: expect.any(String), details: null });
  });

  it('are not the only thing to hide: ids of linked methods are left out of an experiment\'s changes for a token that may not read methods', async () => {
    const { experimentId, methodId, after } = linking;
    const changes = `subscription { event: experimentChanged(id: "${experimentId}", after: "${after}") { change { type fields { field before after } } } }`;
    const trail = `{ auditTrail(filter: { subjectId: "${experimentId}", kind: [EVENT] }) { nodes { change { type fields { field before after } } } } }`;
    const [some, all] = [readers.get('experiments:read'), readers.get('experiments:read methods:read')] as [LabClient, LabClient];
    const seenBy = async (reader: LabClient): Promise<Json[]> => [
      (await next(reader.subscribe(changes))).event,
      (await reader.data(trail)).auditTrail.nodes[0],
    ];
    for (const { change } of await seenBy(all)) expect(change.fields).toEqual([{ field: 'methods', before: [], after: [methodId] }]);
    for (const { change } of await seenBy(some)) expect(change).toEqual({ type: 'MethodsLinked', fields: [{ field: 'methods', before: null, after: null }] });
  });
});
