import { randomUUID } from 'node:crypto';
import { failure, type Json, type LabClient } from '../system/client';
import { newLab, startWithCrowd, type Crowd } from '../system/crowd';
import { anExperiment, aMethod, applied, commandFields, decided, mutation, mutationNames, refused, type MutationName } from './steps/commands';
import { activity, experimentChanges, feedPosition, methodChanges, nextEvent, nextEvents, processChanges } from './steps/feeds';

describe('Access', () => {
  let crowd: Crowd;
  let lab: string;
  let alice: LabClient;
  beforeAll(async () => {
    crowd = await startWithCrowd();
    lab = newLab();
    alice = await crowd.enter({ lab });
  });
  afterAll(() => crowd.leave());

  const codes = ({ errors }: Json): string[] => (errors ?? []).map(({ extensions }: Json) => extensions.code);

  describe('by scopes', () => {
    let experimentId: string;
    let methodId: string;
    const clients: Record<string, LabClient> = {};
    beforeAll(async () => {
      [experimentId, methodId] = [await anExperiment(alice, { name: 'Linked' }), await aMethod(alice, { name: 'Linked too' })];
      await applied(alice, 'addMethodsToExperiment', { experimentId, methodIds: [methodId] });
      for (const scopes of ['experiments:read', 'experiments:write', 'methods:read', 'methods:write', 'experiments:read methods:read', 'experiments:write methods:write', 'operations']) {
        clients[scopes] = await crowd.enter({ lab, scopes });
      }
    });
    const having = (scopes: string): LabClient => {
      const client = clients[scopes];
      if (!client) throw new Error(`Nobody has ${scopes}`);
      return client;
    };

    const anyInput = (name: MutationName): object => {
      const [id, method] = [randomUUID(), { name: 'M', applicationRate: 1 }];
      return ({
        createExperiment: { input: { name: 'E' } }, updateExperiment: { id, input: { name: 'E' } }, deleteExperiment: { id },
        createExperimentWithMethods: { experiment: { name: 'E' }, methods: [method] }, addMethodsToExperiment: { experimentId: id, methodIds: [id] }, removeMethodsFromExperiment: { experimentId: id, methodIds: [id] },
        createMethod: { input: method }, updateMethod: { id, input: { name: 'M' } }, createMethods: { inputs: [method] }, deleteMethods: { ids: [id] },
      } satisfies Record<MutationName, object>)[name];
    };

    it.each(mutationNames)('%s needs what it writes', async (name) => {
      const needs = name === 'createExperimentWithMethods' ? 'experiments:write methods:write' : name.includes('Experiment') ? 'experiments:write' : 'methods:write';
      const document = mutation(name, 'id');
      const lacking = ['experiments:read methods:read', 'operations', ...(needs === 'methods:write' ? ['experiments:write'] : ['methods:write']), ...(needs.includes(' ') ? ['experiments:write'] : [])];
      for (const scopes of lacking) expect([scopes, codes(await having(scopes).request(document, anyInput(name)))]).toEqual([scopes, ['FORBIDDEN']]);
      expect(codes(await having(needs).request(document, anyInput(name)))).toEqual([]);
    });

    it('a request with one forbidden mutation does none of it', async () => {
      const answer = await having('methods:write').request('mutation { a: createMethod(input: { name: "Half", applicationRate: 1 }) { id } b: createExperiment(input: { name: "Half" }) { id } }');
      expect(codes(answer)).toEqual(['FORBIDDEN']);
      expect(await alice.data('{ methods(filter: { search: "Half" }) { totalCount } experiments(filter: { search: "Half" }) { totalCount } }')).toEqual({ methods: { totalCount: 0 }, experiments: { totalCount: 0 } });
    });

    it('reading an experiment or a method takes its read scope, whichever way it is reached', async () => {
      const both = 'query($e: ID!, $m: ID!) { experiment(id: $e) { name methodCount methods { totalCount nodes { name } edges { linkedAt node { name } } } } method(id: $m) { name } }';
      const ids = { e: experimentId, m: methodId };
      const reader = await having('experiments:read').request<Json>(both, ids);
      expect(reader.data).toMatchObject({ experiment: { name: 'Linked', methodCount: 1, methods: { totalCount: 1, nodes: [null], edges: [{ linkedAt: expect.any(String), node: null }] } }, method: null });
      expect(new Set(codes(reader))).toEqual(new Set(['FORBIDDEN']));
      const other = await having('methods:read').request<Json>('query($m: ID!) { method(id: $m) { name experiments { totalCount edges { node { name } } } } }', ids);
      expect(other.data).toMatchObject({ method: { name: 'Linked too', experiments: { totalCount: 1, edges: [{ node: null }] } } });
      expect(codes(await having('methods:read').request('{ experiments { totalCount } }'))).toContain('FORBIDDEN');
      expect(JSON.stringify([reader, other])).not.toMatch(/"name":"Linked too".*"name":"Linked too"/);
    });

    it('subscribing to changes takes the read scope', async () => {
      expect((await failure(having('methods:read').subscribe(experimentChanges)))[0]?.extensions?.code).toBe('FORBIDDEN');
      expect((await failure(having('experiments:read').subscribe(methodChanges)))[0]?.extensions?.code).toBe('FORBIDDEN');
    });

    it('the audit trail, its feed and outcomes leave out what the scopes do not cover', async () => {
      const reader = having('methods:read');
      const after = await feedPosition(reader);
      const hidden = await anExperiment(alice, { name: 'Hidden' });
      const shown = await aMethod(alice, { name: 'Shown' });
      expect((await nextEvents(reader.subscribe(activity, { filter: { kind: ['EVENT'] }, after }), 1)).map(({ subjectId }) => subjectId)).toEqual([shown]);
      const { auditTrail } = await reader.data('{ auditTrail(first: 100, filter: { kind: [EVENT, COMMAND_ACCEPTED] }) { totalCount nodes { subjectId type } } }');
      expect(auditTrail.totalCount).toBe(auditTrail.nodes.length);
      expect(auditTrail.nodes.map(({ subjectId }: Json) => subjectId)).not.toContain(hidden);
      expect(auditTrail.nodes.map(({ subjectId }: Json) => subjectId)).toContain(shown);
      const writer = having('experiments:write');
      const { command } = await writer.data(mutation('createExperiment', 'subjectId outcome(waitMs: 10000) { ... on CommandApplied { version subject { __typename } } }'), { input: { name: 'Unread' } });
      expect(command.outcome).toEqual({ version: 1, subject: null });
    });
  });

  describe('by labs', () => {
    let carol: LabClient;
    let ids: { experiment: string; method: string; command: string; process: string };
    beforeAll(async () => {
      carol = await crowd.enter({ user: 'carol' });
      const [experiment, method] = [await anExperiment(alice, { name: 'Secret recipe' }), await aMethod(alice, { name: 'Secret sauce' })];
      const { id, outcome } = await decided(alice, 'addMethodsToExperiment', { experimentId: experiment, methodIds: [method] });
      ids = { experiment, method, command: id, process: outcome?.process?.id ?? '' };
    });

    it('nothing of one is found in another, by id or in any list', async () => {
      const data = await carol.data(`query($experiment: ID!, $method: ID!, $command: ID!, $process: ID!) {
        experiment(id: $experiment) { id } method(id: $method) { id } command(id: $command) { id } process(id: $process) { id }
        experiments { totalCount nodes { id } } methods { totalCount } processes { totalCount } notifications { totalCount } auditTrail { totalCount }
        byMethod: experiments(filter: { methodId: $method }) { totalCount } byExperiment: methods(filter: { experimentId: $experiment }) { totalCount }
        byWord: experiments(filter: { search: "secret" }) { totalCount } byCreator: methods(filter: { creatorId: "alice" }) { totalCount }
        bySubject: processes(filter: { subjectId: $experiment }) { totalCount } audited: auditTrail(filter: { subjectId: $experiment }) { totalCount } }`, ids);
      const none = { totalCount: 0 };
      expect(data).toEqual({
        experiment: null, method: null, command: null, process: null, experiments: { ...none, nodes: [] }, methods: none, processes: none, notifications: none, auditTrail: none,
        byMethod: none, byExperiment: none, byWord: none, byCreator: none, bySubject: none, audited: none,
      });
    });

    it('a command on what belongs to another is refused as if it never was', async () => {
      const [mine, nowhere] = [await anExperiment(carol, { name: 'Mine' }), randomUUID()];
      const withoutTimes = ({ code, message, details }: Json): object => ({ code, message: message.replaceAll(ids.method, 'ID').replaceAll(nowhere, 'ID'), details: JSON.stringify(details)?.replaceAll(ids.method, 'ID').replaceAll(ids.experiment, 'ID').replaceAll(nowhere, 'ID') });
      const attempts: [MutationName, (id: string) => object, 'experiment' | 'method'][] = [
        ['updateExperiment', (id) => ({ id, input: { name: 'Stolen' } }), 'experiment'],
        ['deleteExperiment', (id) => ({ id }), 'experiment'],
        ['updateMethod', (id) => ({ id, input: { name: 'Stolen' } }), 'method'],
        ['deleteMethods', (id) => ({ ids: [id] }), 'method'],
        ['addMethodsToExperiment', (id) => ({ experimentId: mine, methodIds: [id] }), 'method'],
      ];
      for (const [name, variables, kind] of attempts) {
        expect(withoutTimes(await refused(carol, name, variables(ids[kind])))).toEqual(withoutTimes(await refused(carol, name, variables(nowhere))));
      }
      const { experiment, method } = await alice.data('query($e: ID!, $m: ID!) { experiment(id: $e) { name methodCount } method(id: $m) { name experiments { totalCount } } }', { e: ids.experiment, m: ids.method });
      expect([experiment, method]).toEqual([{ name: 'Secret recipe', methodCount: 1 }, { name: 'Secret sauce', experiments: { totalCount: 1 } }]);
    });

    it('the same id names another thing in each', async () => {
      await applied(carol, 'createExperiment', { input: { id: ids.experiment, name: 'Of carol' } });
      expect((await carol.data('query($id: ID!) { experiment(id: $id) { name methodCount } }', { id: ids.experiment })).experiment).toEqual({ name: 'Of carol', methodCount: 0 });
      expect((await alice.data('query($id: ID!) { experiment(id: $id) { name } }', { id: ids.experiment })).experiment.name).toBe('Secret recipe');
      await applied(carol, 'deleteExperiment', { id: ids.experiment });
    });

    it('a subscription delivers only what happens in one\'s own', async () => {
      const after = await feedPosition(carol);
      const watches = [experimentChanges, processChanges, activity].map((document) => carol.subscribe(document, { after }));
      const theirs = carol.subscribe(experimentChanges, { id: ids.experiment, after });
      const outcome = carol.subscribe(`subscription($id: ID!) { event: commandOutcome(id: $id) { ${commandFields()} } }`, { id: ids.command });
      await applied(alice, 'updateExperiment', { id: ids.experiment, input: { description: 'More secret' } });
      await applied(alice, 'removeMethodsFromExperiment', { experimentId: ids.experiment, methodIds: [ids.method] });
      const { subjectId } = await decided(carol, 'createExperimentWithMethods', { experiment: { name: 'Of carol' }, methods: [] });
      const [change, step, entry] = await Promise.all(watches.map(nextEvent));
      expect(change.experimentId).toBe(subjectId);
      expect((await carol.data('query($id: ID!) { process(id: $id) { command { subjectId } } }', { id: step.processId })).process.command.subjectId).toBe(subjectId);
      expect(entry.actor.userId).toBe('carol');
      const own = await decided(carol, 'createExperiment', { input: { name: 'Own' }, commandId: ids.command });
      expect((await nextEvent(outcome)).subjectId).toBe(own.subjectId);
      await theirs.return?.();
    });
  });
});
