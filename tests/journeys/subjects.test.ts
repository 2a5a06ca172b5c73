import type { Json, LabClient } from '../system/client';
import { newLab, startWithCrowd, type Crowd } from '../system/crowd';
import { aMethod, anExperiment, mutation, type MutationName } from './steps/commands';

const subject = '__typename ... on Experiment { id name } ... on Method { id name } ... on DeletedSubject { id kind name }';

describe('The subjects of a command', () => {
  let crowd: Crowd;
  let alice: LabClient;
  const lab = newLab();
  beforeAll(async () => {
    crowd = await startWithCrowd();
    alice = await crowd.enter({ lab });
  });
  afterAll(() => crowd.leave());

  const outcomeOf = async (name: MutationName, variables: object): Promise<Json> =>
    (await alice.data(mutation(name, `id outcome(waitMs: 10000) { ... on CommandApplied { subject { ${subject} } subjects { ${subject} } } }`), variables)).command;
  const named = (subjects: Json[]): string[] => subjects.map(({ __typename, name }) => `${__typename} ${name}`).sort();
  const method = (name: string) => ({ name, applicationRate: 1 });

  it('are the one thing that it is about, where it is about one', async () => {
    const { outcome } = await outcomeOf('createExperiment', { input: { name: 'Alone' } });
    expect([outcome.subject.name, named(outcome.subjects)]).toEqual(['Alone', ['Experiment Alone']]);
    const unchanged = await outcomeOf('updateExperiment', { id: outcome.subject.id, input: { name: 'Alone' } });
    expect(named(unchanged.outcome.subjects)).toEqual(['Experiment Alone']);
  });

  it('are all things that it creates, links, unlinks and deletes', async () => {
    const created = (await outcomeOf('createMethods', { inputs: [method('A'), method('B')] })).outcome;
    expect([created.subject, named(created.subjects)]).toEqual([null, ['Method A', 'Method B']]);
    const both = (await outcomeOf('createExperimentWithMethods', { experiment: { name: 'E' }, methods: [method('C'), method('D')] })).outcome;
    expect([both.subject.name, both.subjects[0].name, named(both.subjects)]).toEqual(['E', 'E', ['Experiment E', 'Method C', 'Method D']]);
    const [experimentId, methodIds] = [both.subject.id, created.subjects.map(({ id }: Json) => id)];
    const added = (await outcomeOf('addMethodsToExperiment', { experimentId, methodIds })).outcome;
    expect(named(added.subjects)).toEqual(['Experiment E', 'Method A', 'Method B']);
    const again = (await outcomeOf('addMethodsToExperiment', { experimentId, methodIds })).outcome;
    expect(named(again.subjects)).toEqual(['Experiment E']);
    const removed = (await outcomeOf('removeMethodsFromExperiment', { experimentId, methodIds: methodIds.slice(0, 1) })).outcome;
    expect(removed.subjects).toHaveLength(2);
    const deleted = (await outcomeOf('deleteMethods', { ids: methodIds })).outcome;
    expect(named(deleted.subjects)).toEqual(['DeletedSubject A', 'DeletedSubject B', 'Experiment E']);
    expect(deleted.subjects.find(({ name }: Json) => name === 'A')).toMatchObject({ kind: 'METHOD', id: expect.any(String) });
    const gone = (await outcomeOf('deleteExperiment', { id: experimentId })).outcome;
    expect(gone.subject).toEqual({ __typename: 'DeletedSubject', id: experimentId, kind: 'EXPERIMENT', name: 'E' });
    expect(named(gone.subjects)).toEqual(['DeletedSubject E', 'Method C', 'Method D']);
  });

  it('that are deleted are told as what they were by the audit trail, notifications and earlier commands', async () => {
    const { id: commandId, outcome } = await outcomeOf('createExperiment', { input: { name: 'Gone soon' } });
    const { id } = outcome.subject;
    await outcomeOf('deleteExperiment', { id });
    const was = { __typename: 'DeletedSubject', id, kind: 'EXPERIMENT', name: 'Gone soon' };
    const { auditTrail, command, notifications } = await alice.data(
      `query($id: ID!, $command: ID!) { auditTrail(filter: { subjectId: $id }) { nodes { subject { ${subject} } } } command(id: $command) { outcome { ... on CommandApplied { subject { ${subject} } } } }
        notifications(first: 1) { nodes { subject { ${subject} } } } }`,
      { id, command: commandId },
    );
    expect(auditTrail.nodes.length).toBeGreaterThan(0);
    for (const entry of auditTrail.nodes) expect(entry.subject).toEqual(was);
    expect(command.outcome.subject).toEqual(was);
    expect(notifications.nodes[0].subject).toEqual(was);
  });

  it('are left out where the scopes do not cover them, deleted or not', async () => {
    const [experimentId, methodId] = [await anExperiment(alice, { name: 'Seen' }), await aMethod(alice, { name: 'Unseen' })];
    const { id } = await outcomeOf('addMethodsToExperiment', { experimentId, methodIds: [methodId] });
    const deleting = await outcomeOf('deleteMethods', { ids: [methodId] });
    const reader = await crowd.enter({ lab, scopes: 'experiments:read' });
    const seen = async (command: string): Promise<Json> =>
      (await reader.data(`{ command(id: "${command}") { outcome { ... on CommandApplied { subjects { __typename ... on Experiment { name } } } } } }`)).command.outcome.subjects;
    expect([await seen(id), await seen(deleting.id)]).toEqual([[{ __typename: 'Experiment', name: 'Seen' }], [{ __typename: 'Experiment', name: 'Seen' }]]);
  });
});
