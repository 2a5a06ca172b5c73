import { MemoryLog, MemoryReadModels } from '@test-planning/kernel/memory';
import { decodeMessage, type Log, type NewLogRecord } from '@test-planning/kernel/messaging';
import { silentLogger } from '@test-planning/kernel/telemetry';
import { fakeClock } from '@test-planning/kernel/testing';
import { execute, parse, validate, type ExecutionResult } from 'graphql';
import { methodsApi, methodsSdl } from '../service';
import { attachmentsView, type AttachmentDocument } from '../views/attachments-view';
import { methodsView, type MethodDocument } from '../views/methods-view';

const idOf = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
const alice = { userId: 'alice', name: 'Alice' };

const document = (number: number, changes: Partial<MethodDocument> = {}): MethodDocument => ({
  id: idOf(number),
  version: 1,
  name: `Method ${number}`,
  description: null,
  applicationRate: number / 2,
  unit: null,
  status: 'DRAFT',
  revision: 1,
  publishedRevision: null,
  tags: [],
  creator: alice,
  createdAt: `2026-01-01T00:00:00.00${number}Z`,
  updatedAt: '2026-01-02T00:00:00.000Z',
  experimentCount: 0,
  ...changes,
});
const attachment = (method: number, experiment: number): AttachmentDocument => ({
  methodId: idOf(method), experimentId: idOf(experiment), linkedAt: `2026-02-01T00:00:00.0${experiment}Z`, linkedBy: alice,
});

type Row = Record<string, unknown>;
interface Answer {
  data: Record<string, Row> | null;
  errors: { message: string; extensions: Row }[];
}

function start() {
  const appended: NewLogRecord[] = [];
  const log: Log = Object.assign(Object.create(new MemoryLog()) as Log, {
    append: (records: readonly NewLogRecord[]) => Promise.resolve(void appended.push(...records)),
  });
  const views = new MemoryReadModels([methodsView, attachmentsView]);
  const config = { identitySecret: 'i'.repeat(32), cursorSecret: 'c'.repeat(32) };
  const api = methodsApi(config, { views, log, clock: fakeClock('2026-03-01T00:00:00.000Z'), logger: silentLogger });

  async function ask(query: string, variables: Row = {}, lab = 'alpha'): Promise<Answer> {
    const source = parse(query);
    expect(validate(api.schema, source)).toEqual([]);
    const contextValue = { identity: { ...alice, lab, scopes: [] }, requestId: 'r', traceparent: undefined };
    const { data, errors = [] } = (await execute({ schema: api.schema, document: source, contextValue, variableValues: variables })) as ExecutionResult;
    return { data: (data ?? null) as Answer['data'], errors: errors.map(({ message, extensions }) => ({ message, extensions: { ...extensions } })) };
  }

  return {
    api,
    views,
    ask,
    empty: async () => {
      appended.length = 0;
      await views.clear(methodsView.name);
      await views.clear(attachmentsView.name);
    },
    appended: () => appended.map((record) => {
      const decoded = decodeMessage(record);
      if (decoded.kind === 'malformed') throw new Error(decoded.reason);
      return { topic: record.topic, ...decoded.message };
    }),
    hold: (methods: readonly MethodDocument[], attachments: readonly AttachmentDocument[] = [], lab = 'alpha') => {
      const write = (view: string, id: string, methodId: string, held: object) =>
        ({ view, lab, id, stream: `${lab}/method/${methodId}` as const, sequence: 1, document: held });
      return views.write([
        ...methods.map((method) => write(methodsView.name, method.id, method.id, method)),
        ...attachments.map((held) => write(attachmentsView.name, `${held.methodId}/${held.experimentId}`, held.methodId, held)),
      ]);
    },
  };
}

/** One for all tests, as building a schema takes a while; each test finds it empty. */
const shared = start();
const system = () => shared;
beforeEach(() => shared.empty());

describe('one method', () => {
  it('is answered from the view, to its lab alone', async () => {
    const { ask, hold } = system();
    await hold([document(3)]);
    const query = `{ method(id: "${idOf(3)}") { name applicationRate unit status revision publishedRevision experimentCount } }`;
    expect((await ask(query)).data).toEqual({
      method: { name: 'Method 3', applicationRate: 1.5, unit: null, status: 'DRAFT', revision: 1, publishedRevision: null, experimentCount: 0 },
    });
    expect(await ask(query, {}, 'beta')).toEqual({ data: { method: null }, errors: [] });
    expect(await ask('{ method(id: "nonsense") { name } }')).toEqual({ data: { method: null }, errors: [] });
  });

  it('is resolved for other subgraphs, null where there is none', async () => {
    const { ask, hold } = system();
    await hold([document(1)]);
    const these = [1, 2].map((number) => ({ __typename: 'Method', id: idOf(number) }));
    const { data } = await ask('query ($these: [_Any!]!) { _entities(representations: $these) { ... on Method { name } } }', { these });
    expect(data).toEqual({ _entities: [{ name: 'Method 1' }, null] });
  });

  it('pages through the experiments that use it, both ways', async () => {
    const { ask, hold } = system();
    await hold([document(1), document(2)], [attachment(1, 11), attachment(1, 12), attachment(1, 13), attachment(2, 14)]);
    const query = `query ($first: Int, $after: Cursor, $last: Int, $before: Cursor) { method(id: "${idOf(1)}") {
      experiments(first: $first, after: $after, last: $last, before: $before) {
        totalCount nodes { id } edges { cursor linkedAt linkedBy { name } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }`;
    const page = async (variables: Row) => (await ask(query, variables)).data?.method?.experiments as { nodes: Row[]; pageInfo: Row };
    const first = await page({ first: 2 });
    expect(first).toMatchObject({ totalCount: 3, nodes: [{ id: idOf(11) }, { id: idOf(12) }], pageInfo: { hasNextPage: true, hasPreviousPage: false } });
    expect(await page({ first: 2, after: first.pageInfo.endCursor })).toMatchObject({ nodes: [{ id: idOf(13) }], pageInfo: { hasNextPage: false, hasPreviousPage: true } });
    expect(await page({ last: 1 })).toMatchObject({ nodes: [{ id: idOf(13) }], pageInfo: { hasNextPage: false, hasPreviousPage: true } });
    expect(await page({ last: 1, before: first.pageInfo.startCursor })).toMatchObject({ nodes: [], pageInfo: { hasNextPage: true, hasPreviousPage: false } });
  });
});

describe('a list of methods', () => {
  const list = 'query ($filter: MethodFilter, $orderBy: MethodOrder, $first: Int) { methods(filter: $filter, orderBy: $orderBy, first: $first) { nodes { name } totalCount } }';

  it.each<[string, Row, number[]]>([
    ['newest first', {}, [4, 3, 2, 1]],
    ['by rate', { orderBy: { by: 'APPLICATION_RATE' } }, [2, 1, 3, 4]],
    ['by rate, downwards', { orderBy: { by: 'APPLICATION_RATE', direction: 'DESC' } }, [4, 3, 1, 2]],
    ['by name', { orderBy: { by: 'NAME', direction: 'ASC' } }, [1, 2, 3, 4]],
    ['of a status', { filter: { status: ['DRAFT'] } }, [4, 3, 2, 1]],
    ['of another status', { filter: { status: ['RETIRED', 'PUBLISHED'] } }, []],
    ['of a creator', { filter: { creatorId: 'alice' } }, [4, 3, 2, 1]],
    ['with a tag', { filter: { tags: ['wet'] } }, [3]],
    ['of an experiment', { filter: { experimentId: idOf(11) } }, [2, 1]],
    ['of an experiment, and a word', { filter: { experimentId: idOf(11), search: 'nitro' } }, [2]],
    ['of an experiment that has none', { filter: { experimentId: 'x' } }, []],
  ])('%s', async (_, variables, expected) => {
    const { ask, hold } = system();
    await hold(
      [document(1), document(2, { applicationRate: 0, description: 'Nitrogen' }), document(3, { tags: ['wet'] }), document(4)],
      [attachment(1, 11), attachment(2, 11), attachment(3, 12)],
    );
    await hold([document(5)], [attachment(5, 11)], 'beta');
    const { data, errors } = await ask(list, variables);
    expect(errors).toEqual([]);
    expect(data?.methods).toEqual({ nodes: expected.map((number) => ({ name: `Method ${number}` })), totalCount: expected.length });
  });

  it('asks the store once for the experiments of all, and once for their number', async () => {
    const { ask, hold, views } = system();
    const numbers = Array.from({ length: 20 }, (_, index) => index + 1);
    await hold(numbers.map((number) => document(number)), numbers.flatMap((number) => [attachment(number, 30 + number), attachment(number, 60 + number)]));
    const reads = (['pageEach', 'countEach'] as const).map((read) => jest.spyOn(views, read));
    const { data, errors } = await ask('{ methods(orderBy: { by: APPLICATION_RATE }, first: 20) { nodes { experiments(first: 1) { totalCount nodes { id } } } } }');
    const asked = reads.map(({ mock }) => mock.calls.map(([queries]) => queries.length));
    jest.restoreAllMocks();
    expect(errors).toEqual([]);
    expect(data?.methods?.nodes).toEqual(numbers.map((number) => ({ experiments: { totalCount: 2, nodes: [{ id: idOf(30 + number) }] } })));
    expect(asked).toEqual([[20], [20]]);
  });

  it('by name has no regard to case', async () => {
    const { ask, hold } = system();
    await hold([document(1, { name: 'C' }), document(2, { name: 'a' }), document(3, { name: 'B' })]);
    const { data } = await ask(list, { orderBy: { by: 'NAME' } });
    expect(data?.methods?.nodes).toEqual([{ name: 'a' }, { name: 'B' }, { name: 'C' }]);
  });

  it('refuses 1000 at once', async () => {
    expect((await system().ask(list, { first: 1000 })).errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', field: 'first' } }]);
  });
});

describe('a command on methods', () => {
  const description = { name: 'M', description: null, applicationRate: 0.5, unit: 'kg/ha', tags: [] };

  it.each<[string, string, object]>([
    ['createMethod', `mutation { createMethod(input: { id: "${idOf(1)}", name: "M", applicationRate: 0.5, unit: "kg/ha" }) { type subjectId } }`, {
      topic: 'methods.commands', type: 'CreateMethod', stream: `alpha/method/${idOf(1)}`, data: description,
    }],
    ['updateMethod', `mutation { updateMethod(id: "${idOf(1)}", input: { applicationRate: 2, unit: null }, expectedVersion: 7) { type subjectId } }`, {
      topic: 'methods.commands', type: 'UpdateMethod', stream: `alpha/method/${idOf(1)}`, data: { changes: { applicationRate: 2, unit: null }, expectedVersion: 7 },
    }],
    ['createMethods', 'mutation { createMethods(inputs: [{ name: "M", applicationRate: 0.5, unit: "kg/ha" }, { name: "M", applicationRate: 0.5, unit: "kg/ha" }]) { type subjectId } }', {
      topic: 'saga.inbox', type: 'CreateMethods', data: { methods: [{ id: expect.any(String) as string, description }, { id: expect.any(String) as string, description }] },
    }],
    ['deleteMethods', `mutation { deleteMethods(ids: ["${idOf(1)}", "${idOf(2)}"]) { type subjectId } }`, {
      topic: 'saga.inbox', type: 'DeleteMethods', data: { methodIds: [idOf(1), idOf(2)] },
    }],
  ])('%s goes to whoever carries it out', async (field, mutation, expected) => {
    const { ask, appended } = system();
    const { data, errors } = await ask(mutation);
    expect(errors).toEqual([]);
    const [message] = appended();
    expect(message).toMatchObject(expected);
    expect(data?.[field]).toEqual({ type: message?.type, subjectId: message?.stream.split('/')[2] });
  });

  it('gives new methods ids that follow from the command and their place', async () => {
    const { ask, appended } = system();
    const mutation = `mutation { createMethods(commandId: "${idOf(9)}", inputs: [{ name: "A", applicationRate: 1 }, { name: "B", applicationRate: 1 }]) { id } }`;
    await ask(mutation);
    await ask(mutation);
    const [first, again] = appended().map(({ data }) => (data as { methods: { id: string }[] }).methods.map(({ id }) => id));
    expect(again).toEqual(first);
    expect(new Set(first).size).toBe(2);
  });

  const method = (changes: Row = {}): Row => ({ name: 'M', applicationRate: 1, ...changes });
  const create = (changes: Row): [string, Row] => ['mutation ($input: CreateMethodInput!) { createMethod(input: $input) { id } }', { input: method(changes) }];
  const update = (input: Row): [string, Row] => [`mutation ($input: UpdateMethodInput!) { updateMethod(id: "${idOf(1)}", input: $input) { id } }`, { input }];
  const createAll = (inputs: Row[]): [string, Row] => ['mutation ($inputs: [CreateMethodInput!]!) { createMethods(inputs: $inputs) { id } }', { inputs }];
  const remove = (ids: string[]): [string, Row] => ['mutation ($ids: [ID!]!) { deleteMethods(ids: $ids) { id } }', { ids }];

  it.each<[string, [string, Row], string]>([
    ['a blank name', create({ name: '  ' }), 'input.name'],
    ['a negative rate', create({ applicationRate: -1 }), 'input.applicationRate'],
    ['a rate too high', create({ applicationRate: 1.1e9 }), 'input.applicationRate'],
    ['an infinite rate', ['mutation { createMethod(input: { name: "M", applicationRate: 1e999 }) { id } }', {}], 'input.applicationRate'],
    ['a unit too long', create({ unit: 'µ'.repeat(21) }), 'input.unit'],
    ['an id that is none', create({ id: 'x' }), 'input.id'],
    ['a name set to null', update({ name: null }), 'input.name'],
    ['a rate set to null', update({ applicationRate: null }), 'input.applicationRate'],
    ['a tag twice', update({ tags: ['a', 'a'] }), 'input.tags'],
    ['no new methods', createAll([]), 'inputs'],
    ['101 new methods', createAll(Array.from({ length: 101 }, () => method())), 'inputs'],
    ['a bad one among good ones', createAll([method(), method({ name: '' })]), 'inputs[1].name'],
    ['two with one id', createAll([method({ id: idOf(1) }), method(), method({ id: idOf(1) })]), 'inputs[2].id'],
    ['nothing to delete', remove([]), 'ids'],
    ['101 to delete', remove(Array.from({ length: 101 }, (_, index) => idOf(index))), 'ids'],
    ['one to delete twice', remove([idOf(1), idOf(1)]), 'ids[1]'],
    ['an id that is none, to delete', remove(['x']), 'ids[0]'],
    ['a version that can not be', [`mutation { updateMethod(id: "${idOf(1)}", input: {}, expectedVersion: 0) { id } }`, {}], 'expectedVersion'],
    ['a command id that is none', ['mutation { createMethod(input: { name: "M", applicationRate: 1 }, commandId: "x") { id } }', {}], 'commandId'],
  ])('is refused at once, and nothing accepted, for %s', async (_, [mutation, variables], field) => {
    const { ask, appended } = system();
    expect((await ask(mutation, variables)).errors).toEqual([{ message: expect.stringContaining(field), extensions: { code: 'BAD_USER_INPUT', field } }]);
    expect(appended()).toEqual([]);
  });
});

describe('the subgraph', () => {
  it('has the SDL that is composed, without being started', () => {
    expect(methodsSdl()).toBe(system().api.sdl);
  });

  it('needs a valid identity on every root field, and says so on each', async () => {
    const { schema, contextOf } = system().api;
    const context = await contextOf({});
    const fields = [
      '{ method(id: "x") { id } }',
      '{ methods { totalCount } }',
      '{ _entities(representations: [{ __typename: "Method", id: "x" }]) { __typename } }',
      'mutation { createMethod(input: { name: "M", applicationRate: 1 }) { id } }',
      `mutation { updateMethod(id: "${idOf(1)}", input: {}) { id } }`,
      'mutation { createMethods(inputs: [{ name: "M", applicationRate: 1 }]) { id } }',
      `mutation { deleteMethods(ids: ["${idOf(1)}"]) { id } }`,
    ];
    const roots = [schema.getQueryType(), schema.getMutationType()].flatMap((type) => Object.keys(type?.getFields() ?? {}));
    expect(fields).toHaveLength(roots.filter((name) => name !== '_service').length);
    for (const field of fields) {
      const { errors } = (await execute({ schema, document: parse(field), contextValue: context })) as ExecutionResult;
      expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['UNAUTHENTICATED']);
    }
  });
});
