import { activityApi, activityStores, startActivityWorker } from '@test-planning/activity';
import { experimentsApi, experimentsStores, startExperimentsWorker } from '@test-planning/experiments';
import type { Transactor, WorkerPorts } from '@test-planning/kernel/event-sourcing';
import type { FeedDefinition, Feeds } from '@test-planning/kernel/feeds';
import { derivedId, encodeMessage } from '@test-planning/kernel/messaging';
import type { RebuildableReadModels, ViewDefinition } from '@test-planning/kernel/read-models';
import type { ContextOf, Subgraph } from '@test-planning/kernel/subgraph';
import { silentLogger } from '@test-planning/kernel/telemetry';
import { eventually, fakeClock } from '@test-planning/kernel/testing';
import { methodsApi, methodsStores, startMethodsWorker } from '@test-planning/methods';
import { sagaApi, sagaStores, startSagaWorker } from '@test-planning/saga';
import { topics } from '@test-planning/schema/messages';
import { execute, parse, validate } from 'graphql';
import { SteppedLog } from './stepped-log';

type Stores = Pick<WorkerPorts, 'events' | 'parking'> & { views: RebuildableReadModels; feeds: Feeds };

interface StoredDefinitions {
  views?: readonly ViewDefinition<never>[];
  feeds?: readonly FeedDefinition<never>[];
}

/** Where the scenario stores what it does. */
interface ScenarioStores {
  transactor: Transactor;
  service(name: string, definitions: StoredDefinitions): Promise<Stores>;
}

export const LAB = 'alpha';
const [ada, bob] = [{ userId: 'ada', name: 'Ada Łovelace' }, { userId: 'bob', name: 'Bob' }] as const;
const DEADLINE_MS = 50;
/** Signs the cursors: whoever changes how a secret is used is told by the recorded cursors. */
export const cursorSecret = 'the secret of the recorded cursors';
const secrets = { identitySecret: 'x'.repeat(32), cursorSecret };
/** Feeds of a new store take a random one. */
const EPOCH = '01234567-89ab-7def-8123-456789abcdef';

const uuid = (name: string): string => derivedId('stored', name);
export const [soil, field, tray] = [uuid('soil'), uuid('field'), uuid('tray')] as const;
export const [spray, sow, weigh] = [uuid('spray'), uuid('sow'), uuid('weigh')] as const;
/** The method that is created with the experiment `field`. */
export const dig = derivedId(LAB, uuid('command create with methods'), 'method', 0);
const method = (name: string, id?: string) => ({ ...(id !== undefined && { id }), name, description: `To ${name}`, applicationRate: 1.5, unit: 'l/ha', tags: ['field'] });
const experiment = (name: string, id: string) =>
  ({ id, name, description: 'Über "Boden"\n', tags: ['soil'], plannedStart: '2026-03-01T08:00:00.000Z', plannedEnd: '2026-04-01T08:00:00.000Z' });

/**
 * Runs the real workers and APIs through every kind of command, event and publication that there is, one record after another, with a clock that
 * stands still between commands: whatever is stored by it is the same in each run.
 */
export const runScenario = async ({ transactor, service }: ScenarioStores) => {
  const log = new SteppedLog();
  const clock = fakeClock('2026-01-02T03:04:05.678Z');
  const common = { log, transactor, clock, logger: silentLogger };
  const experiments = await service('experiments', experimentsStores);
  const methods = await service('methods', methodsStores);
  const saga = await service('saga', sagaStores);
  const activity = await service('activity', activityStores);
  const workers = await Promise.all([
    startExperimentsWorker({}, { ...common, ...experiments }),
    startMethodsWorker({}, { ...common, ...methods }),
    startSagaWorker({ deadlineMs: DEADLINE_MS }, { ...common, ...saga }),
    startActivityWorker({}, { ...common, ...activity }),
  ]);
  const apis = {
    experiments: experimentsApi(secrets, { ...common, ...experiments }),
    methods: methodsApi(secrets, { ...common, ...methods }),
    saga: sagaApi(secrets, { ...common, ...saga }),
    activity: activityApi(secrets, { ...common, ...activity, feeds: withEpoch(activity.feeds) }),
  };

  const ask = async (api: keyof typeof apis, operation: string, variables: Record<string, unknown> = {}, actor: { userId: string; name: string } = ada) => {
    const subgraph: Subgraph & { contextOf: ContextOf } = apis[api];
    const document = parse(operation);
    const [fault] = validate(subgraph.schema, document);
    if (fault) throw fault;
    const context = Object.create(await subgraph.contextOf({ 'x-request-id': 'r' }), {
      identity: { value: { ...actor, lab: LAB, scopes: ['experiments:read', 'experiments:write', 'methods:read', 'methods:write'] } },
    }) as object;
    const { data, errors } = await execute({ schema: subgraph.schema, document, variableValues: variables, contextValue: context });
    if (errors?.[0]) throw errors[0];
    return data as Record<string, never>;
  };
  const send = async (api: 'experiments' | 'methods', mutation: string, declared: string, name: string, variables: Record<string, unknown>, actor = ada as { userId: string; name: string }) => {
    clock.advance(1_000);
    const fields = Object.keys(variables).map((variable) => `${variable}: $${variable}`).join(', ');
    await ask(api, `mutation(${declared}, $commandId: ID!) { ${mutation}(${fields}, commandId: $commandId) { id } }`, { ...variables, commandId: uuid(`command ${name}`) }, actor);
  };
  const passDeadline = async (): Promise<void> => {
    const before = log.records.length;
    clock.advance(DEADLINE_MS);
    await eventually(() => {
      expect(log.records.length).toBeGreaterThan(before);
      return Promise.resolve();
    });
    await log.settle();
  };
  const createExperiment = async (name: string, id: string) => {
    await send('experiments', 'createExperiment', '$input: CreateExperimentInput!', `create ${name}`, { input: experiment(name, id) });
    await log.settle();
  };

  await createExperiment('Soil', soil);
  await send('experiments', 'updateExperiment', '$id: ID!, $input: UpdateExperimentInput!', 'update soil', { id: soil, input: { name: 'Soil 2', tags: [] } }, bob);
  await send('experiments', 'updateExperiment', '$id: ID!, $input: UpdateExperimentInput!', 'update soil', { id: soil, input: { name: 'Soil 3' } });
  await send('experiments', 'updateExperiment', '$id: ID!, $input: UpdateExperimentInput!', 'change nothing', { id: soil, input: { name: 'Soil 2' } });
  await send('experiments', 'updateExperiment', '$id: ID!, $input: UpdateExperimentInput!, $expectedVersion: Int', 'too late', { id: soil, input: { name: 'X' }, expectedVersion: 1 });
  await send('methods', 'createMethod', '$input: CreateMethodInput!', 'create spray', { input: method('spray', spray) });
  await send('methods', 'updateMethod', '$id: ID!, $input: UpdateMethodInput!', 'update spray', { id: spray, input: { applicationRate: 2 } });
  await send('methods', 'updateMethod', '$id: ID!, $input: UpdateMethodInput!', 'change nothing of spray', { id: spray, input: { applicationRate: 2 } });
  await send('methods', 'updateMethod', '$id: ID!, $input: UpdateMethodInput!', 'no such method', { id: uuid('none'), input: { applicationRate: 2 } });
  await send('methods', 'createMethods', '$inputs: [CreateMethodInput!]!', 'create two', { inputs: [method('sow', sow), method('weigh', weigh)] });
  await log.settle();
  await send('methods', 'createMethods', '$inputs: [CreateMethodInput!]!', 'create two', { inputs: [method('other')] });
  await send('experiments', 'addMethodsToExperiment', '$experimentId: ID!, $methodIds: [ID!]!', 'link', { experimentId: soil, methodIds: [spray, sow] });
  await log.settle();
  await send('experiments', 'removeMethodsFromExperiment', '$experimentId: ID!, $methodIds: [ID!]!', 'unlink', { experimentId: soil, methodIds: [sow] });
  await log.settle();
  const withMethods = '$experiment: CreateExperimentInput!, $methods: [CreateMethodInput!]!';
  await send('experiments', 'createExperimentWithMethods', withMethods, 'create with methods', { experiment: experiment('Field', field), methods: [method('dig')] });
  await log.settle();
  await send('experiments', 'createExperimentWithMethods', withMethods, 'compensated', { experiment: experiment('Tray', uuid('never')), methods: [method('heat'), method('spray', spray)] });
  await log.settle();
  await send('methods', 'deleteMethods', '$ids: [ID!]!', 'delete one of them', { ids: [weigh, uuid('none')] });
  await log.settle();
  await send('methods', 'deleteMethods', '$ids: [ID!]!', 'delete spray', { ids: [spray] });
  await log.settle();
  await createExperiment('Tray', tray);
  log.held.add(topics.methodsCommands);
  await send('experiments', 'addMethodsToExperiment', '$experimentId: ID!, $methodIds: [ID!]!', 'link too slowly', { experimentId: tray, methodIds: [weigh] });
  await log.settle();
  await passDeadline();
  log.held.clear();
  await log.settle();
  await send('experiments', 'addMethodsToExperiment', '$experimentId: ID!, $methodIds: [ID!]!', 'link tray', { experimentId: tray, methodIds: [weigh] });
  await log.settle();
  log.held.add(topics.methodsCommands);
  await send('experiments', 'deleteExperiment', '$id: ID!', 'delete tray', { id: tray });
  await log.settle();
  await passDeadline();
  log.held.clear();
  await log.settle();
  for (const [type, topic, kind] of [['UnknownToAll', topics.experimentsCommands, 'experiment'], ['UnknownToAll', topics.methodsCommands, 'method'], ['UnknownToAll', topics.sagaInbox, 'process']] as const) {
    for (const name of ['first', 'second']) {
      const id = uuid(`${name} parked ${kind}`);
      await log.append([encodeMessage({
        id, origin: 'client', type, schemaVersion: 1, source: 'test', stream: `${LAB}/${kind}/${uuid('parked')}`, lab: LAB, time: clock().toISOString(),
        actor: ada, correlationId: id, causationId: id, data: { note: name },
      }, topic)]);
    }
  }
  await log.settle();
  const { notifications } = await ask('activity', '{ notifications(first: 1) { pageInfo { endCursor } } }') as unknown as { notifications: { pageInfo: { endCursor: string } } };
  await ask('activity', 'mutation($upTo: Cursor!) { markNotificationsRead(upTo: $upTo) { __typename } }', { upTo: notifications.pageInfo.endCursor });

  const stop = async (): Promise<void> => {
    await Promise.all(workers.map((worker) => worker.stop()));
  };
  return { log, ask, services: { experiments, methods, saga, activity }, stop };
};

export type Scenario = Awaited<ReturnType<typeof runScenario>>;

const withEpoch = (feeds: Feeds): Feeds => ({
  append: (entries) => feeds.append(entries),
  read: (query) => feeds.read(query),
  count: (query) => feeds.count(query),
  head: (feed, owner) => feeds.head(feed, owner),
  epoch: () => Promise.resolve(EPOCH),
  watch: (feed, owner, wake) => feeds.watch(feed, owner, wake),
});
