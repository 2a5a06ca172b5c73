import { MemoryLog, MemoryReadModels } from '@test-planning/kernel/memory';
import type { Log, NewLogRecord } from '@test-planning/kernel/messaging';
import { decodeMessage } from '@test-planning/kernel/messaging';
import { silentLogger } from '@test-planning/kernel/telemetry';
import { fakeClock } from '@test-planning/kernel/testing';
import { execute, parse, validate, type ExecutionResult } from 'graphql';
import { experimentsApi, experimentsSdl } from '../service';
import { experimentsView, type ExperimentDocument } from '../views/experiments-view';

const idOf = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
const alice = { userId: 'alice', name: 'Alice' };

const document = (number: number, changes: Partial<ExperimentDocument> = {}): ExperimentDocument => ({
  id: idOf(number),
  version: 1,
  name: `Experiment ${number}`,
  description: null,
  status: 'DRAFT',
  tags: [],
  plannedStart: null,
  plannedEnd: null,
  creator: alice,
  createdAt: `2026-01-01T00:00:00.${String(number).padStart(3, '0')}Z`,
  updatedAt: '2026-01-02T00:00:00.000Z',
  links: [],
  ...changes,
});

type Row = Record<string, unknown>;
interface Answer {
  data: Record<string, Row> | null;
  errors: { message: string; extensions: Row }[];
}

function start(log?: Partial<Log>) {
  const appended: NewLogRecord[] = [];
  const recording: Log = Object.assign(Object.create(new MemoryLog()) as Log, {
    append: (records: readonly NewLogRecord[]) => Promise.resolve(void appended.push(...records)),
    ...log,
  });
  const views = new MemoryReadModels([experimentsView]);
  const api = experimentsApi(
    { identitySecret: 'i'.repeat(32), cursorSecret: 'c'.repeat(32) },
    { views, log: recording, clock: fakeClock('2026-03-01T00:00:00.000Z'), logger: silentLogger },
  );

  async function ask(query: string, variables: Row = {}, lab = 'alpha'): Promise<Answer> {
    const source = parse(query);
    expect(validate(api.schema, source)).toEqual([]);
    const identity = { ...alice, lab, scopes: [] };
    const context = { identity, requestId: 'r', traceparent: undefined };
    const { data, errors = [] } = (await execute({ schema: api.schema, document: source, contextValue: context, variableValues: variables })) as ExecutionResult;
    return { data: (data ?? null) as Answer['data'], errors: errors.map(({ message, extensions }) => ({ message, extensions: { ...extensions } })) };
  }

  return {
    api,
    ask,
    empty: async () => {
      appended.length = 0;
      await views.clear(experimentsView.name);
    },
    appended: () => appended.map((record) => {
      const decoded = decodeMessage(record);
      if (decoded.kind === 'malformed') throw new Error(decoded.reason);
      return { topic: record.topic, ...decoded.message };
    }),
    hold: (documents: readonly ExperimentDocument[], lab = 'alpha') =>
      views.write(documents.map((held) => ({ view: experimentsView.name, lab, id: held.id, stream: `${lab}/experiment/${held.id}` as const, sequence: 1, document: held }))),
  };
}

/** One for all tests, as building a schema takes a while; each test finds it empty. */
const shared = start();
const system = (log?: Partial<Log>) => (log ? start(log) : shared);
beforeEach(() => shared.empty());

const list = `query ($first: Int, $after: Cursor, $last: Int, $before: Cursor, $filter: ExperimentFilter, $orderBy: ExperimentOrder) {
  experiments(first: $first, after: $after, last: $last, before: $before, filter: $filter, orderBy: $orderBy) {
    nodes { name } totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor }
  }
}`;
interface Listed {
  nodes: { name: string }[];
  totalCount: number;
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string; endCursor: string };
  edges: { cursor: string }[];
}

async function listed(ask: ReturnType<typeof start>['ask'], variables: Row = {}, lab?: string): Promise<Listed> {
  const { data, errors } = await ask(list, variables, lab);
  expect(errors).toEqual([]);
  return data?.experiments as unknown as Listed;
}
const names = ({ nodes }: Listed): string[] => nodes.map(({ name }) => name);

describe('one experiment', () => {
  const query = 'query ($id: ID!) { experiment(id: $id) { id name methodCount creator { name } } }';

  it('is answered from the view, to its lab alone', async () => {
    const { ask, hold } = system();
    await hold([document(1, { id: idOf(1) })]);
    expect((await ask(query, { id: idOf(1) })).data).toEqual({ experiment: { id: idOf(1), name: 'Experiment 1', methodCount: 0, creator: { name: 'Alice' } } });
    expect(await ask(query, { id: idOf(1) }, 'beta')).toEqual({ data: { experiment: null }, errors: [] });
  });

  it.each(['nonsense', '', '7', idOf(9)])('is null for an id that is none of its lab: "%s"', async (id) => {
    expect(await system().ask(query, { id })).toEqual({ data: { experiment: null }, errors: [] });
  });

  it('is resolved for other subgraphs, null where there is none', async () => {
    const { ask, hold } = system();
    await hold([document(1)]);
    const { data } = await ask('query ($these: [_Any!]!) { _entities(representations: $these) { ... on Experiment { name } } }', {
      these: [idOf(1), idOf(2), idOf(1), 'nonsense'].map((id) => ({ __typename: 'Experiment', id })),
    });
    expect(data).toEqual({ _entities: [{ name: 'Experiment 1' }, null, { name: 'Experiment 1' }, null] });
  });

  it('pages through its methods, in the order in which they were linked', async () => {
    const { ask, hold } = system();
    const links = [1, 2, 3].map((number) => ({ methodId: idOf(number), linkedAt: '2026-01-01T00:00:00.000Z', linkedBy: alice }));
    await hold([document(1, { links })]);
    const page = 'query ($after: Cursor) { experiment(id: "' + idOf(1) + '") { methodCount methods(first: 2, after: $after) { totalCount edges { linkedAt linkedBy { userId } revision node { id } } pageInfo { endCursor hasNextPage hasPreviousPage } } } }';
    const first = (await ask(page)).data?.experiment?.methods as { pageInfo: Row };
    expect(first).toMatchObject({ totalCount: 3, edges: [{ node: { id: idOf(1) }, linkedBy: { userId: 'alice' }, revision: null }, { node: { id: idOf(2) } }], pageInfo: { hasNextPage: true, hasPreviousPage: false } });
    expect((await ask(page, { after: first.pageInfo.endCursor })).data?.experiment).toMatchObject({
      methodCount: 3, methods: { edges: [{ node: { id: idOf(3) } }], pageInfo: { hasNextPage: false, hasPreviousPage: true } },
    });
  });
});

describe('a list of experiments', () => {
  it('is newest first, 20 at a time, of one lab', async () => {
    const { ask, hold } = system();
    await hold(Array.from({ length: 25 }, (_, index) => document(index)));
    await hold([document(99)], 'beta');
    const page = await listed(ask);
    expect(page).toMatchObject({ totalCount: 25, pageInfo: { hasNextPage: true, hasPreviousPage: false } });
    expect(names(page)).toEqual(Array.from({ length: 20 }, (_, index) => `Experiment ${24 - index}`));
  });

  describe.each([
    ['NAME', 'ASC'], ['NAME', 'DESC'], ['CREATED_AT', 'ASC'], ['CREATED_AT', 'DESC'], ['UPDATED_AT', 'ASC'], ['PLANNED_START', 'ASC'], ['PLANNED_START', 'DESC'],
  ])('by %s %s', (by, direction) => {
    it('is walked whole, forward and backward, across ties and nulls', async () => {
      const { ask, hold } = system();
      await hold(Array.from({ length: 11 }, (_, index) => document(index, {
        // Two of each name, whatever the case; two of three have no date.
        name: index % 2 ? `name ${index >> 1}` : `NAME ${index >> 1}`,
        plannedStart: index % 3 ? null : `2026-05-0${1 + (index % 2)}T00:00:00.000Z`,
      })));
      const orderBy = { by, direction };
      const all = (await listed(ask, { first: 100, orderBy })).nodes;
      const forward: Listed['nodes'] = [];
      for (let after: string | null = null, more = true; more;) {
        const page = await listed(ask, { first: 4, after, orderBy });
        expect(page.pageInfo.hasPreviousPage).toBe(forward.length > 0);
        forward.push(...page.nodes);
        after = page.pageInfo.endCursor;
        more = page.pageInfo.hasNextPage;
      }
      const backward: Listed['nodes'] = [];
      for (let before: string | null = null, more = true; more;) {
        const page = await listed(ask, { last: 3, before, orderBy });
        expect(page.pageInfo.hasNextPage).toBe(backward.length > 0);
        backward.unshift(...page.nodes);
        before = page.pageInfo.startCursor;
        more = page.pageInfo.hasPreviousPage;
      }
      expect(forward).toEqual(all);
      expect(backward).toEqual(all);
      expect(all).toHaveLength(11);
    });
  });

  it.each<[string, string, number[]]>([
    ['NAME', 'ASC', [2, 3, 1]],
    ['NAME', 'DESC', [1, 3, 2]],
    ['CREATED_AT', 'ASC', [1, 2, 3]],
    ['UPDATED_AT', 'ASC', [3, 1, 2]],
    ['PLANNED_START', 'ASC', [3, 2, 1]],
    ['PLANNED_START', 'DESC', [2, 3, 1]],
  ])('by %s %s compares just that: names whatever their case, no date last', async (by, direction, expected) => {
    const { ask, hold } = system();
    await hold([
      document(1, { name: 'C', updatedAt: '2026-01-04T00:00:00.000Z' }),
      document(2, { name: 'a', updatedAt: '2026-01-05T00:00:00.000Z', plannedStart: '2026-05-02T00:00:00.000Z' }),
      document(3, { name: 'B', updatedAt: '2026-01-03T00:00:00.000Z', plannedStart: '2026-05-01T00:00:00.000Z' }),
    ]);
    const { data } = await ask('query ($orderBy: ExperimentOrder) { experiments(orderBy: $orderBy) { nodes { id } } }', { orderBy: { by, direction } });
    expect(data?.experiments).toEqual({ nodes: expected.map((number) => ({ id: idOf(number) })) });
  });

  it('knows what lies beyond an empty page', async () => {
    const { ask, hold } = system();
    await hold([document(1), document(2)]);
    const orderBy = { by: 'CREATED_AT' };
    const [first, second] = (await listed(ask, { orderBy })).edges.map(({ cursor }) => cursor);
    const ends = async (variables: Row) => {
      const { hasNextPage, hasPreviousPage } = (await listed(ask, { ...variables, orderBy })).pageInfo;
      return [hasPreviousPage, hasNextPage];
    };
    expect(await ends({ first: 0 })).toEqual([false, true]);
    expect(await ends({ first: 0, after: first })).toEqual([true, true]);
    expect(await ends({ first: 5, after: second })).toEqual([true, false]);
    expect(await ends({ last: 0 })).toEqual([true, false]);
    expect(await ends({ last: 5, before: first })).toEqual([false, true]);
    expect(await ends({ last: 5, before: second })).toEqual([false, true]);
    expect(await ends({ first: 5, before: second })).toEqual([false, true]);
  });

  it.each<[string, Row, number[]]>([
    ['status, any of', { status: ['PLANNED', 'DRAFT'] }, [3, 2, 1]],
    ['status, another', { status: ['RUNNING'] }, []],
    ['creator', { creatorId: 'bob' }, [2]],
    ['tags, any of', { tags: ['soil', 'rye'] }, [3, 1]],
    ['tags, none', { tags: [] }, []],
    ['method', { methodId: idOf(77).toUpperCase() }, [2]],
    ['a method that is no id', { methodId: 'x' }, []],
    ['the planned period, from', { plannedFrom: '2026-03-05T00:00:00+01:00' }, [3, 2]],
    ['the planned period, to', { plannedTo: '2026-03-05T00:00:00Z' }, [2]],
    ['the planned period, between', { plannedFrom: '2026-03-04T00:00:00Z', plannedTo: '2026-03-10T00:00:00Z' }, [3, 2]],
    ['words as prefixes', { search: 'EXP déep' }, [2]],
    ['words in tags', { search: 'soi' }, [3, 1]],
    ['all at once', { tags: ['rye'], search: 'experiment', creatorId: 'alice' }, [3]],
    ['nothing, as null', { status: null, search: null, plannedTo: null }, [3, 2, 1]],
  ])('is filtered by %s', async (_, filter, expected) => {
    const { ask, hold } = system();
    await hold([
      document(1, { tags: ['soil'] }),
      document(2, {
        creator: { userId: 'bob', name: 'Bob' }, description: 'Deep roots', links: [{ methodId: idOf(77), linkedAt: '2026-01-01T00:00:00.000Z', linkedBy: alice }],
        plannedStart: '2026-03-01T00:00:00.000Z', plannedEnd: '2026-03-09T00:00:00.000Z',
      }),
      document(3, { tags: ['rye', 'Soil'], plannedStart: '2026-03-10T00:00:00.000Z' }),
    ]);
    const page = await listed(ask, { filter });
    expect(names(page)).toEqual(expected.map((number) => `Experiment ${number}`));
    expect(page.totalCount).toBe(expected.length);
  });

  it.each<[string, Row, string]>([
    ['too many', { first: 1000 }, 'first'],
    ['too few', { first: -1 }, 'first'],
    ['too many from the end', { last: 101 }, 'last'],
    ['both ends', { first: 1, last: 1 }, 'last'],
    ['a date that is none', { filter: { plannedFrom: '2026-02-30T00:00:00Z' } }, 'filter.plannedFrom'],
    ['a date without offset', { filter: { plannedTo: '2026-02-03T00:00:00' } }, 'filter.plannedTo'],
    ['a number for a date', { filter: { plannedTo: 17 } }, 'filter.plannedTo'],
    ['a time that ends before it begins', { filter: { plannedFrom: '2026-02-02T00:00:00Z', plannedTo: '2026-02-01T00:00:00Z' } }, 'filter.plannedTo'],
    ['an endless search', { filter: { search: 'x'.repeat(1001) } }, 'filter.search'],
    ['101 tags', { filter: { tags: Array.from({ length: 101 }, String) } }, 'filter.tags'],
  ])('refuses %s', async (_, variables, field) => {
    const { errors } = await system().ask(list, variables);
    expect(errors).toEqual([{ message: expect.stringContaining(field), extensions: { code: 'BAD_USER_INPUT', field } }]);
  });

  it('takes only its own cursors, in the order in which they were given out', async () => {
    const { ask, hold } = system();
    await hold([document(1), document(2)]);
    const { cursor = '' } = (await listed(ask, { orderBy: { by: 'NAME' } })).edges[0] ?? {};
    const refused = async (variables: Row, lab?: string) => (await ask(list, variables, lab)).errors.map(({ extensions }) => extensions.code);
    expect(await refused({ after: cursor, orderBy: { by: 'NAME' } })).toEqual([]);
    expect(await refused({ after: cursor, orderBy: { by: 'NAME', direction: 'DESC' } })).toEqual(['CURSOR_INVALID']);
    expect(await refused({ before: cursor })).toEqual(['CURSOR_INVALID']);
    expect(await refused({ after: cursor, orderBy: { by: 'NAME' } }, 'beta')).toEqual(['CURSOR_INVALID']);
    expect(await refused({ after: `${cursor.slice(0, -2)}AA`, orderBy: { by: 'NAME' } })).toEqual(['CURSOR_INVALID']);
    for (const after of ['', 'nonsense', 17, '💥']) expect(await refused({ after })).toEqual(['CURSOR_INVALID']);
  });
});

describe('a command on experiments', () => {
  const commandId = 'ABCDEF00-1111-4222-8333-444444444444';
  const create = 'mutation ($input: CreateExperimentInput!, $commandId: ID) { createExperiment(input: $input, commandId: $commandId) { id type subjectId acceptedAt actor { userId name } inputHash } }';

  it('is put on the log and answered at once', async () => {
    const { ask, appended } = system();
    const { data } = await ask(create, { commandId, input: { name: 'Soil', plannedStart: '2026-03-01T09:30:00.1234+01:30' } });
    const [message] = appended();
    expect(data?.createExperiment).toEqual({
      id: commandId.toLowerCase(), type: 'CreateExperiment', subjectId: message?.stream.split('/')[2], acceptedAt: '2026-03-01T00:00:00.000Z', actor: alice, inputHash: expect.any(String) as string,
    });
    expect(message).toMatchObject({
      topic: 'experiments.commands', id: commandId.toLowerCase(), origin: 'client', lab: 'alpha', source: 'experiments-api', actor: alice, time: '2026-03-01T00:00:00.000Z',
      data: { name: 'Soil', description: null, tags: [], plannedStart: '2026-03-01T08:00:00.123Z', plannedEnd: null },
    });
  });

  it('gives new methods ids in the order in which they were given, so that an experiment lists them like that', async () => {
    const { ask, appended } = system();
    const methods = Array.from({ length: 20 }, (_, index) => ({ name: `M ${index}`, applicationRate: index }));
    await ask('mutation ($methods: [CreateMethodInput!]!) { createExperimentWithMethods(experiment: { name: "E" }, methods: $methods) { id } }', { methods });
    const sent = appended()[0]?.data as { methods: { id: string; description: { name: string } }[] };
    expect(sent.methods.map(({ description }) => description.name)).toEqual(methods.map(({ name }) => name));
    expect(sent.methods.map(({ id }) => id)).toEqual(sent.methods.map(({ id }) => id).sort());
  });

  it('sent again is the same command on the same experiment; without an id it is another one', async () => {
    const { ask, appended } = system();
    const input = { name: 'Soil' };
    const answers = [await ask(create, { commandId, input }), await ask(create, { commandId: commandId.toLowerCase(), input }), await ask(create, { input }), await ask(create, { input })];
    const subjects = answers.map(({ data }) => data?.createExperiment?.subjectId);
    expect(subjects[0]).toBe(subjects[1]);
    expect(new Set(subjects).size).toBe(3);
    const [first, again] = appended();
    expect(again).toEqual(first);
  });

  it.each<[string, string, Row, object]>([
    ['updateExperiment', `mutation ($v: Int) { updateExperiment(id: "${idOf(1)}", input: { name: "B", description: null, tags: null, plannedEnd: "2026-01-01T00:00:00Z" }, expectedVersion: $v) { type subjectId } }`, { v: 3 }, {
      topic: 'experiments.commands', type: 'UpdateExperiment', stream: `alpha/experiment/${idOf(1)}`,
      data: { changes: { name: 'B', description: null, tags: [], plannedEnd: '2026-01-01T00:00:00.000Z' }, expectedVersion: 3 },
    }],
    ['deleteExperiment', `mutation { deleteExperiment(id: "${idOf(1)}") { type subjectId } }`, {}, {
      topic: 'saga.inbox', type: 'DeleteExperiment', data: { experimentId: idOf(1), expectedVersion: null },
    }],
    ['addMethodsToExperiment', `mutation { addMethodsToExperiment(experimentId: "${idOf(1)}", methodIds: ["${idOf(2)}", "${idOf(3)}"]) { type subjectId } }`, {}, {
      topic: 'saga.inbox', type: 'AddMethodsToExperiment', data: { experimentId: idOf(1), methodIds: [idOf(2), idOf(3)] },
    }],
    ['removeMethodsFromExperiment', `mutation { removeMethodsFromExperiment(experimentId: "${idOf(1)}", methodIds: ["${idOf(2)}"]) { type subjectId } }`, {}, {
      topic: 'saga.inbox', type: 'RemoveMethodsFromExperiment', data: { experimentId: idOf(1), methodIds: [idOf(2)] },
    }],
    ['createExperimentWithMethods', `mutation { createExperimentWithMethods(experiment: { id: "${idOf(1)}", name: "E" }, methods: [{ name: "M", applicationRate: 2 }]) { type subjectId } }`, {}, {
      topic: 'saga.inbox', type: 'CreateExperimentWithMethods',
      data: {
        experimentId: idOf(1), description: { name: 'E', description: null, tags: [], plannedStart: null, plannedEnd: null },
        methods: [{ id: expect.any(String) as string, description: { name: 'M', description: null, applicationRate: 2, unit: null, tags: [] } }],
      },
    }],
  ])('%s goes to whoever carries it out', async (field, mutation, variables, expected) => {
    const { ask, appended } = system();
    const { data, errors } = await ask(mutation, variables);
    expect(errors).toEqual([]);
    const [message] = appended();
    expect(message).toMatchObject(expected);
    expect(data?.[field]).toEqual({ type: message?.type, subjectId: idOf(1) });
    if (message?.topic === 'saga.inbox') expect(message.stream).toMatch(/^alpha\/process\//);
  });

  const update = (input: Row): [string, Row] => [`mutation ($input: UpdateExperimentInput!) { updateExperiment(id: "${idOf(1)}", input: $input) { id } }`, { input }];
  const add = (experimentId: string, methodIds: string[]): [string, Row] => ['mutation ($e: ID!, $m: [ID!]!) { addMethodsToExperiment(experimentId: $e, methodIds: $m) { id } }', { e: experimentId, m: methodIds }];
  const remove = (experimentId: string, methodIds: string[]): [string, Row] => ['mutation ($e: ID!, $m: [ID!]!) { removeMethodsFromExperiment(experimentId: $e, methodIds: $m) { id } }', { e: experimentId, m: methodIds }];
  const withMethods = (methods: Row[], experiment: Row = { name: 'E' }): [string, Row] => [
    'mutation ($experiment: CreateExperimentInput!, $methods: [CreateMethodInput!]!) { createExperimentWithMethods(experiment: $experiment, methods: $methods) { id } }', { experiment, methods },
  ];
  const creating = (input: Row, more: Row = {}): [string, Row] => [create, { input: { name: 'E', ...input }, ...more }];
  const method = (changes: Row = {}): Row => ({ name: 'M', applicationRate: 1, ...changes });

  it.each<[string, [string, Row], string]>([
    ['a blank name', creating({ name: ' \u00a0\t' }), 'input.name'],
    ['a name too long', creating({ name: 'é'.repeat(201) }), 'input.name'],
    ['a name with a NUL', creating({ name: 'a\0b' }), 'input.name'],
    ['half a character', creating({ description: '\ud83d' }), 'input.description'],
    ['a description too long', creating({ description: 'x'.repeat(10_001) }), 'input.description'],
    ['21 tags', creating({ tags: Array.from({ length: 21 }, String) }), 'input.tags'],
    ['a tag too long', creating({ tags: ['ok', 'x'.repeat(51)] }), 'input.tags[1]'],
    ['a blank tag', creating({ tags: [''] }), 'input.tags[0]'],
    ['a tag twice', creating({ tags: ['a', 'b', 'a'] }), 'input.tags'],
    ['an id that is none', creating({ id: 'mine' }), 'input.id'],
    ['a date that is none', creating({ plannedStart: 'tomorrow' }), 'input.plannedStart'],
    ['the 30th of February', creating({ plannedEnd: '2026-02-30T00:00:00Z' }), 'input.plannedEnd'],
    ['an end before the start', creating({ plannedStart: '2026-03-01T00:00:00+00:00', plannedEnd: '2026-03-01T00:59:59+01:00' }), 'input.plannedEnd'],
    ['a command id that is none', creating({}, { commandId: '17' }), 'commandId'],
    ['a name set to null', update({ name: null }), 'input.name'],
    ['an update to a blank name', update({ name: '' }), 'input.name'],
    ['an update with the dates in the wrong order', update({ plannedStart: '2026-03-02T00:00:00Z', plannedEnd: '2026-03-01T00:00:00Z' }), 'input.plannedEnd'],
    ['an unknown kind of id', add('x', [idOf(1)]), 'experimentId'],
    ['no methods', add(idOf(1), []), 'methodIds'],
    ['101 methods', add(idOf(1), Array.from({ length: 101 }, (_, index) => idOf(index))), 'methodIds'],
    ['two ids the same', add(idOf(1), [idOf(2), idOf(3), idOf(2)]), 'methodIds[2]'],
    ['a method id that is none', add(idOf(1), [idOf(2), 'x']), 'methodIds[1]'],
    ['nothing to remove', remove(idOf(1), []), 'methodIds'],
    ['two ids the same, to remove', remove(idOf(1), ['abcdef00-1111-4222-8333-444444444444', 'ABCDEF00-1111-4222-8333-444444444444']), 'methodIds[1]'],
    ['101 new methods', withMethods(Array.from({ length: 101 }, () => method())), 'methods'],
    ['a bad experiment with good methods', withMethods([method()], { name: '' }), 'experiment.name'],
    ['a good experiment with a bad method', withMethods([method(), method({ name: '' })]), 'methods[1].name'],
    ['a negative rate', withMethods([method({ applicationRate: -0.1 })]), 'methods[0].applicationRate'],
    ['a rate too high', withMethods([method({ applicationRate: 1e9 + 1 })]), 'methods[0].applicationRate'],
    ['a unit too long', withMethods([method({ unit: 'x'.repeat(21) })]), 'methods[0].unit'],
    ['two new methods with one id', withMethods([method({ id: idOf(1) }), method({ id: idOf(1) })]), 'methods[1].id'],
    ['an infinite rate', ['mutation { createExperimentWithMethods(experiment: { name: "E" }, methods: [{ name: "M", applicationRate: 1e999 }]) { id } }', {}], 'methods[0].applicationRate'],
    ['a version that can not be', [`mutation { updateExperiment(id: "${idOf(1)}", input: {}, expectedVersion: 0) { id } }`, {}], 'expectedVersion'],
    ['a version that can not be, to delete', [`mutation { deleteExperiment(id: "${idOf(1)}", expectedVersion: -1) { id } }`, {}], 'expectedVersion'],
    ['an id that is none, to delete', ['mutation { deleteExperiment(id: "x") { id } }', {}], 'id'],
    ['an id that is none, to update', ['mutation { updateExperiment(id: "x", input: {}) { id } }', {}], 'id'],
  ])('is refused at once, and nothing accepted, for %s', async (_, [mutation, variables], field) => {
    const { ask, appended } = system();
    const { errors } = await ask(mutation, variables);
    expect(errors).toEqual([{ message: expect.stringContaining(field), extensions: { code: 'BAD_USER_INPUT', field } }]);
    expect(appended()).toEqual([]);
  });

  it.each<[string, [string, Row]]>([
    ['the longest name', creating({ name: '🌱'.repeat(200) })],
    ['nulls for what may be left out', creating({ id: null, description: null, tags: null, plannedStart: null, plannedEnd: null }, { commandId: null })],
    ['equal dates', creating({ plannedStart: '2026-03-01T00:00:00Z', plannedEnd: '2026-03-01T01:00:00+01:00' })],
    ['an empty update', update({})],
    ['no new methods', withMethods([])],
    ['100 new methods at the limits', withMethods(Array.from({ length: 100 }, (_, index) => method({ applicationRate: index % 2 ? 0 : 1e9, unit: 'x'.repeat(20) })))],
    ['any UUID', creating({ id: '11111111-1111-1111-1111-111111111111' })],
  ])('is accepted with %s', async (_, [mutation, variables]) => {
    const { ask, appended } = system();
    expect((await ask(mutation, variables)).errors).toEqual([]);
    expect(appended()).toHaveLength(1);
  });

  it('is UNAVAILABLE with its id when the log fails', async () => {
    const { ask } = system({ append: () => Promise.reject(new Error('disk full')) });
    expect((await ask(create, { input: { name: 'E' }, commandId })).errors).toEqual([{ message: expect.any(String), extensions: { code: 'UNAVAILABLE', commandId: commandId.toLowerCase() } }]);
    const [error] = (await ask(create, { input: { name: 'E' } })).errors;
    expect(error?.extensions).toEqual({ code: 'UNAVAILABLE', commandId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
  });
});

describe('the subgraph', () => {
  it('has the SDL that is composed, without being started', () => {
    expect(experimentsSdl()).toBe(system().api.sdl);
  });

  it('needs a valid identity on every root field, and says so on each', async () => {
    const { api } = system();
    const context = await api.contextOf({ 'gateway-identity': 'nonsense' });
    const fields = [
      '{ experiment(id: "x") { id } }',
      '{ experiments { totalCount } }',
      '{ _entities(representations: [{ __typename: "Experiment", id: "x" }]) { __typename } }',
      'mutation { createExperiment(input: { name: "E" }) { id } }',
      `mutation { updateExperiment(id: "${idOf(1)}", input: {}) { id } }`,
      `mutation { deleteExperiment(id: "${idOf(1)}") { id } }`,
      'mutation { createExperimentWithMethods(experiment: { name: "E" }, methods: []) { id } }',
      `mutation { addMethodsToExperiment(experimentId: "${idOf(1)}", methodIds: ["${idOf(2)}"]) { id } }`,
      `mutation { removeMethodsFromExperiment(experimentId: "${idOf(1)}", methodIds: ["${idOf(2)}"]) { id } }`,
    ];
    const { schema } = api;
    const roots = [schema.getQueryType(), schema.getMutationType()].flatMap((type) => Object.keys(type?.getFields() ?? {}));
    expect(fields).toHaveLength(roots.filter((name) => name !== '_service').length);
    for (const field of fields) {
      const { errors } = (await execute({ schema, document: parse(field), contextValue: context })) as ExecutionResult;
      expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHENTICATED']);
    }
  });
});
