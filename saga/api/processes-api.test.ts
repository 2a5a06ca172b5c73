import { MemoryReadModels } from '@test-planning/kernel/memory';
import { silentLogger } from '@test-planning/kernel/telemetry';
import { fakeClock } from '@test-planning/kernel/testing';
import { execute, parse, validate, type ExecutionResult } from 'graphql';
import { sagaApi } from '../service';
import { EXPERIMENT, METHOD } from '../testing/run-process';
import { processesView, type ProcessDocument } from '../views/processes-view';
import { timersView } from '../views/timers-view';

const idOf = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

const document = (number: number, changes: Partial<ProcessDocument> = {}): ProcessDocument => ({
  id: idOf(number),
  type: 'AddMethodsToExperiment',
  state: 'COMPLETED',
  command: { id: idOf(900 + number), inputHash: 'hash' },
  startedAt: `2026-01-01T00:00:00.${String(number).padStart(3, '0')}Z`,
  deadline: '2026-01-01T00:00:30.000Z',
  endedAt: '2026-01-01T00:00:01.000Z',
  subjectIds: [EXPERIMENT],
  steps: [],
  ...changes,
});

const aMethod = { subjectId: METHOD, subjectKind: 'method' } as const;
const anExperiment = { subjectId: EXPERIMENT, subjectKind: 'experiment' } as const;

type Row = Record<string, unknown>;
interface Answer {
  data: Record<string, Row> | null;
  codes: unknown[];
}

const system = async (...documents: ProcessDocument[]) => {
  const views = new MemoryReadModels([processesView, timersView]);
  await views.write(
    documents.map((each) => ({
      view: processesView.name,
      lab: 'alpha',
      id: each.id,
      stream: `alpha/process/${each.id}`,
      sequence: 1,
      document: each,
    })),
  );
  const api = sagaApi(
    { identitySecret: 'i'.repeat(32), cursorSecret: 'c'.repeat(32) },
    { views, clock: fakeClock(), logger: silentLogger },
  );
  const ask = async (query: string, lab = 'alpha', scopes: readonly string[] = []): Promise<Answer> => {
    const source = parse(query);
    expect(validate(api.schema, source)).toEqual([]);
    const context = { identity: { userId: 'alice', name: 'Alice', lab, scopes }, requestId: 'r', traceparent: undefined };
    const { data, errors = [] } = (await execute({
      schema: api.schema,
      document: source,
      contextValue: context,
    })) as ExecutionResult;
    return { data: (data ?? null) as Answer['data'], codes: errors.map(({ extensions }) => extensions.code) };
  };
  return { api, ask };
};

const idsIn = ({ data }: Answer): unknown[] => (data?.processes?.nodes as Row[]).map(({ id }) => id);

test('a process tells its steps, with ids that no other process has', async () => {
  const refusal = { code: 'METHOD_NOT_FOUND', message: 'There is no method with this id.', details: { subjectId: METHOD } };
  const common = { subjectId: METHOD, startedAt: '2026-01-01T00:00:00.000Z', endedAt: '2026-01-01T00:00:00.250Z' } as const;
  const { ask } = await system(
    document(1, {
      steps: [
        { ...common, ...aMethod, id: `attach/${METHOD}`, name: 'attach', state: 'REFUSED', refusal, compensates: null },
        { ...common, ...aMethod, id: `detach/${METHOD}`, name: 'detach', state: 'DONE', refusal: null, compensates: `attach/${METHOD}` },
      ],
    }),
  );
  const { data } = await ask(`{ process(id: "${idOf(1).toUpperCase()}") {
    id type state startedAt deadline endedAt command { id inputHash }
    steps { id name subjectId state startedAt endedAt compensates refusal { at durationMs code message details process { id } } }
  } }`, 'alpha', ['methods:read']);
  expect(data?.process).toEqual({
    id: idOf(1),
    type: 'AddMethodsToExperiment',
    state: 'COMPLETED',
    command: { id: idOf(901), inputHash: 'hash' },
    startedAt: '2026-01-01T00:00:00.001Z',
    deadline: '2026-01-01T00:00:30.000Z',
    endedAt: '2026-01-01T00:00:01.000Z',
    steps: [
      {
        ...common,
        id: `${idOf(1)}/attach/${METHOD}`,
        name: 'attach',
        state: 'REFUSED',
        compensates: null,
        refusal: { ...refusal, at: common.endedAt, durationMs: 250, process: { id: idOf(1) } },
      },
      {
        ...common,
        id: `${idOf(1)}/detach/${METHOD}`,
        name: 'detach',
        state: 'DONE',
        compensates: `${idOf(1)}/attach/${METHOD}`,
        refusal: null,
      },
    ],
  });
});

test.each([
  [[], []],
  [['experiments:read'], ['delete']],
  [['methods:read'], ['attach']],
  [['experiments:read', 'methods:read'], ['delete', 'attach']],
  [['experiments:write', 'methods:write', 'operations'], []],
])('for the scopes %j, only these steps tell the details of their refusals: %j', async (scopes, visible) => {
  const refused = { state: 'REFUSED', startedAt: '2026-01-01T00:00:00.000Z', endedAt: '2026-01-01T00:00:00.250Z', compensates: null } as const;
  const refusal = { code: 'VERSION_CONFLICT', message: 'It has changed.', details: { version: 7 } };
  const steps = [
    { ...refused, ...anExperiment, id: `delete/${EXPERIMENT}`, name: 'delete', refusal },
    { ...refused, ...aMethod, id: `attach/${METHOD}`, name: 'attach', refusal },
  ];
  const { ask } = await system(document(1, { steps }));
  const selection = '{ id steps { name refusal { code message details } } }';
  const ways = [
    `{ process(id: "${idOf(1)}") ${selection} }`,
    `{ processes { nodes ${selection} } }`,
    `{ processes { edges { node ${selection} } } }`,
    `{ _entities(representations: [{ __typename: "Process", id: "${idOf(1)}" }]) { ... on Process ${selection} } }`,
  ];
  for (const way of ways) {
    const text = JSON.stringify((await ask(way, 'alpha', scopes)).data);
    const shown = steps.filter(({ name }) => text.includes(`"name":"${name}","refusal":{"code":"VERSION_CONFLICT","message":"It has changed.","details":{"version":7}}`));
    expect([way, shown.map(({ name }) => name), text.split('VERSION_CONFLICT').length - 1]).toEqual([way, visible, 2]);
  }
});

test('what is unknown, no id, or of another lab is not there', async () => {
  const { ask } = await system(document(1));
  expect((await ask(`{ process(id: "${idOf(2)}") { id } }`)).data).toEqual({ process: null });
  expect((await ask('{ process(id: "first") { id } }')).data).toEqual({ process: null });
  expect((await ask(`{ process(id: "${idOf(1)}") { id } }`, 'beta')).data).toEqual({ process: null });
  expect((await ask('{ processes { totalCount nodes { id } } }', 'beta')).data).toEqual({
    processes: { totalCount: 0, nodes: [] },
  });
});

test('it is an entity by its id', async () => {
  const { ask } = await system(document(1));
  const { data } = await ask(
    `{ _entities(representations: [{ __typename: "Process", id: "${idOf(1)}" }, { __typename: "Process", id: "${idOf(2)}" }]) { ... on Process { id state } } }`,
  );
  expect(data).toEqual({ _entities: [{ id: idOf(1), state: 'COMPLETED' }, null] });
});

test('the list has the newest first, in pages', async () => {
  const { ask } = await system(...[1, 2, 3, 4, 5].map((number) => document(number)));
  const first = await ask(
    '{ processes(first: 2) { totalCount nodes { id } pageInfo { hasNextPage hasPreviousPage endCursor } } }',
  );
  expect(first.data?.processes).toMatchObject({
    totalCount: 5,
    nodes: [{ id: idOf(5) }, { id: idOf(4) }],
    pageInfo: { hasNextPage: true, hasPreviousPage: false },
  });
  const { endCursor } = first.data?.processes?.pageInfo as { endCursor: string };
  const rest = await ask(
    `{ processes(after: "${endCursor}") { nodes { id } pageInfo { hasNextPage hasPreviousPage } edges { cursor node { id } } } }`,
  );
  expect(rest.data?.processes).toMatchObject({
    nodes: [{ id: idOf(3) }, { id: idOf(2) }, { id: idOf(1) }],
    pageInfo: { hasNextPage: false, hasPreviousPage: true },
  });
});

test('the list is filtered by type, state and subject; several filters mean all of them', async () => {
  const { ask } = await system(
    document(1),
    document(2, { type: 'DeleteMethods', subjectIds: [METHOD] }),
    document(3, { state: 'STUCK', subjectIds: [EXPERIMENT, METHOD] }),
  );
  expect(idsIn(await ask('{ processes(filter: { type: [DeleteMethods] }) { nodes { id } } }'))).toEqual([idOf(2)]);
  expect(idsIn(await ask('{ processes(filter: { state: [STUCK, RUNNING] }) { nodes { id } } }'))).toEqual([idOf(3)]);
  expect(idsIn(await ask(`{ processes(filter: { subjectId: "${METHOD.toUpperCase()}" }) { nodes { id } } }`))).toEqual([
    idOf(3),
    idOf(2),
  ]);
  expect(
    idsIn(await ask(`{ processes(filter: { subjectId: "${METHOD}", type: [AddMethodsToExperiment] }) { nodes { id } } }`)),
  ).toEqual([idOf(3)]);
});

test.each([
  ['first: 101', 'BAD_USER_INPUT'],
  ['first: -1', 'BAD_USER_INPUT'],
  ['after: "forged"', 'CURSOR_INVALID'],
])('processes(%s) is refused with %s', async (args, code) => {
  const { ask } = await system(document(1));
  expect(await ask(`{ processes(${args}) { nodes { id } } }`)).toEqual({ data: { processes: null }, codes: [code] });
});

test('nobody without an identity is answered', async () => {
  const { api } = await system(document(1));
  const contextValue = await api.contextOf({});
  const { data, errors = [] } = (await execute({
    schema: api.schema,
    document: parse(`{ process(id: "${idOf(1)}") { id } }`),
    contextValue,
  })) as ExecutionResult;
  expect({ data, codes: errors.map(({ extensions }) => extensions.code) }).toEqual({
    data: { process: null },
    codes: ['UNAUTHENTICATED'],
  });
});
