import { randomUUID } from 'node:crypto';
import type { Json, LabClient } from '../system/client';
import { startWithCrowd, type Crowd } from '../system/crowd';
import { anExperiment, aMethod, applied, mutation, type MutationName } from './steps/commands';

const id = randomUUID();
const experiment = { name: 'E' };
const method = { name: 'M', applicationRate: 1 };
const tooMany = <Item>(item: () => Item): Item[] => Array.from({ length: 101 }, item);

/** What is wrong, sent with which mutation, and the field that the error has to name. */
const wrong: [string, MutationName, object, string][] = [
  ['a name that is missing', 'createExperiment', { input: {} }, 'input.name'],
  ['a name that is null', 'createExperiment', { input: { name: null } }, 'input.name'],
  ['a name that is null in an update', 'updateExperiment', { id, input: { name: null } }, 'input.name'],
  ['a blank name', 'createExperiment', { input: { name: ' \t\n ' } }, 'input.name'],
  ['an empty name', 'createMethod', { input: { ...method, name: '' } }, 'input.name'],
  ['a name of spaces that are no ASCII', 'createMethod', { input: { ...method, name: '\u00a0\u2003\u3000' } }, 'input.name'],
  ['a name of which nothing can be seen', 'createExperiment', { input: { name: '\u200b \u2060' } }, 'input.name'],
  ['a name of 201 characters', 'createExperiment', { input: { name: 'x'.repeat(201) } }, 'input.name'],
  ['a name of 201 emoji', 'createMethod', { input: { ...method, name: '🌱'.repeat(201) } }, 'input.name'],
  ['a name that is a number', 'createExperiment', { input: { name: 7 } }, 'input.name'],
  ['a name that is a list', 'createExperiment', { input: { name: ['E'] } }, 'input.name'],
  ['a name with NUL in it', 'createExperiment', { input: { name: 'E\u0000' } }, 'input.name'],
  ['a name with half a character', 'createMethod', { input: { ...method, name: 'half \ud83c' } }, 'input.name'],
  [
    'a description of 10,001 characters',
    'createExperiment',
    { input: { ...experiment, description: 'x'.repeat(10_001) } },
    'input.description',
  ],
  ['21 tags', 'createExperiment', { input: { ...experiment, tags: Array.from({ length: 21 }, (_, index) => `t${index}`) } }, 'input.tags'],
  ['an empty tag', 'createExperiment', { input: { ...experiment, tags: ['a', ''] } }, 'input.tags[1]'],
  ['a tag of 51 characters', 'createMethod', { input: { ...method, tags: ['x'.repeat(51)] } }, 'input.tags[0]'],
  ['a tag that is null', 'createMethod', { input: { ...method, tags: ['a', null] } }, 'input.tags[1]'],
  ['a date that is none', 'createExperiment', { input: { ...experiment, plannedStart: 'tomorrow' } }, 'input.plannedStart'],
  [
    'a day that does not exist',
    'createExperiment',
    { input: { ...experiment, plannedStart: '2026-02-30T00:00:00Z' } },
    'input.plannedStart',
  ],
  ['a date without a time zone', 'createExperiment', { input: { ...experiment, plannedEnd: '2026-02-20T00:00:00' } }, 'input.plannedEnd'],
  ['a date that is a number', 'updateExperiment', { id, input: { plannedEnd: 1_700_000_000 } }, 'input.plannedEnd'],
  [
    'dates in the wrong order',
    'createExperiment',
    { input: { ...experiment, plannedStart: '2026-02-01T00:00:00Z', plannedEnd: '2026-01-31T23:59:59.999Z' } },
    'input.plannedEnd',
  ],
  [
    'dates in the wrong order in an update',
    'updateExperiment',
    { id, input: { plannedStart: '2026-02-01T00:00:00Z', plannedEnd: '2026-01-01T00:00:00Z' } },
    'input.plannedEnd',
  ],
  [
    'dates in the wrong order with methods',
    'createExperimentWithMethods',
    { experiment: { ...experiment, plannedStart: '2026-02-01T00:00:00Z', plannedEnd: '2026-01-01T00:00:00Z' }, methods: [] },
    'experiment.plannedEnd',
  ],
  ['a rate that is missing', 'createMethod', { input: { name: 'M' } }, 'input.applicationRate'],
  ['a rate below zero', 'createMethod', { input: { ...method, applicationRate: -0.001 } }, 'input.applicationRate'],
  ['a rate above 1e9', 'createMethod', { input: { ...method, applicationRate: 1.000_001e9 } }, 'input.applicationRate'],
  ['a rate that is "NaN"', 'createMethod', { input: { ...method, applicationRate: 'NaN' } }, 'input.applicationRate'],
  ['a rate that is text', 'updateMethod', { id, input: { applicationRate: '12' } }, 'input.applicationRate'],
  ['a rate that is null in an update', 'updateMethod', { id, input: { applicationRate: null } }, 'input.applicationRate'],
  ['a unit of 21 characters', 'createMethod', { input: { ...method, unit: 'x'.repeat(21) } }, 'input.unit'],
  ['a field that does not exist', 'createExperiment', { input: { ...experiment, colour: 'green' } }, 'input.colour'],
  ['an id that is no UUID', 'createExperiment', { input: { ...experiment, id: 'mine' } }, 'input.id'],
  ['an id that is no UUID, to be changed', 'updateMethod', { id: '1', input: {} }, 'id'],
  ['an id that is no UUID, to be deleted', 'deleteExperiment', { id: '' }, 'id'],
  ['a command id that is no UUID', 'createExperiment', { input: experiment, commandId: 'again' }, 'commandId'],
  ['an expected version of 0', 'updateExperiment', { id, input: {}, expectedVersion: 0 }, 'expectedVersion'],
  ['an expected version that is no whole number', 'updateExperiment', { id, input: {}, expectedVersion: 1.5 }, 'expectedVersion'],
  ['no methods to add', 'addMethodsToExperiment', { experimentId: id, methodIds: [] }, 'methodIds'],
  ['101 methods to add', 'addMethodsToExperiment', { experimentId: id, methodIds: tooMany(randomUUID) }, 'methodIds'],
  ['the same method twice', 'addMethodsToExperiment', { experimentId: id, methodIds: [id, id.toUpperCase()] }, 'methodIds[1]'],
  ['the same method twice, to remove', 'removeMethodsFromExperiment', { experimentId: id, methodIds: [id, id] }, 'methodIds[1]'],
  ['a method id that is no UUID', 'addMethodsToExperiment', { experimentId: id, methodIds: [id, 'x'] }, 'methodIds[1]'],
  ['101 new methods', 'createMethods', { inputs: tooMany(() => method) }, 'inputs'],
  ['no new methods', 'createMethods', { inputs: [] }, 'inputs'],
  [
    'two new methods with one id',
    'createMethods',
    {
      inputs: [
        { ...method, id },
        { ...method, id },
      ],
    },
    'inputs[1].id',
  ],
  ['one bad method among good ones', 'createMethods', { inputs: [method, method, { ...method, name: ' ' }] }, 'inputs[2].name'],
  ['an experiment with 101 methods', 'createExperimentWithMethods', { experiment, methods: tooMany(() => method) }, 'methods'],
  [
    'an experiment with one bad method',
    'createExperimentWithMethods',
    { experiment, methods: [method, { ...method, applicationRate: -1 }] },
    'methods[1].applicationRate',
  ],
  [
    'two methods of an experiment with one id',
    'createExperimentWithMethods',
    {
      experiment,
      methods: [
        { ...method, id },
        { ...method, id },
      ],
    },
    'methods[1].id',
  ],
  ['101 methods to delete', 'deleteMethods', { ids: tooMany(randomUUID) }, 'ids'],
  ['the same method to delete twice', 'deleteMethods', { ids: [id, id] }, 'ids[1]'],
];

describe('Bad input', () => {
  let crowd: Crowd;
  let alice: LabClient;
  beforeAll(async () => {
    crowd = await startWithCrowd();
    alice = await crowd.enter();
  });
  afterAll(async () => {
    await crowd.leave();
  });

  it.each(wrong)('%s (%s) is named, and nothing is accepted', async (_, name, variables, field) => {
    const { data, errors } = await alice.request<Json>(mutation(name, 'id'), variables);
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', field } }]);
    expect(data?.command ?? null).toBeNull();
    expect(errors?.[0]?.message).toMatch(/^[^\n]{5,300}$/);
    expect(JSON.stringify(errors)).not.toMatch(/stack|node_modules|\.ts\b|\.js\b|Zod/);
    expect((await alice.data('{ auditTrail { totalCount } }')).auditTrail.totalCount).toBe(0);
  });

  it.each([
    ['experiments(first: $n)', 'first', { n: 1000 }],
    ['methods(last: $n)', 'last', { n: 101 }],
    ['methods(first: $n)', 'first', { n: -1 }],
    ['processes(first: $n)', 'first', { n: 1000 }],
    ['notifications(first: $n)', 'first', { n: 1000 }],
    ['auditTrail(first: $n)', 'first', { n: 1000 }],
  ])('%s asks for too much', async (list, field, variables) => {
    const { errors } = await alice.request(`query($n: Int) { ${list} { pageInfo { hasNextPage } } }`, variables);
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', field } }]);
  });

  it('null for a variable where null may not stand is named', async () => {
    const { errors } = await alice.request(
      'query($direction: OrderDirection) { experiments(orderBy: { by: NAME, direction: $direction }) { totalCount } }',
      { direction: null },
    );
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', field: 'direction' } }]);
  });

  it.each(['experiments', 'methods', 'processes', 'notifications', 'auditTrail'])(
    'a cursor that nobody gave out is refused by %s',
    async (list) => {
      for (const after of ['', 'x', 'AAAA', '💥', 'a'.repeat(5000)]) {
        const { errors } = await alice.request(`query($after: Cursor) { ${list}(after: $after) { pageInfo { hasNextPage } } }`, { after });
        expect(errors).toMatchObject([{ extensions: { code: 'CURSOR_INVALID' } }]);
      }
    },
  );

  const words = (count: number): string => Array.from({ length: count }, (_, index) => `w${index}`).join(' ');

  it.each(['experiments', 'methods'])('a search of 17 different words is refused by %s, and one of 16 is not', async (list) => {
    const search = (text: string) => alice.request(`{ ${list}(filter: { search: "${text}" }) { totalCount } }`);
    expect((await search(words(17))).errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', field: 'filter.search' } }]);
    expect((await search(words(16))).errors).toBeUndefined();
    expect((await search('same '.repeat(190))).errors).toBeUndefined();
  });

  it.each([
    ['experiments', 'tags', '"a"'], ['experiments', 'status', 'DRAFT'], ['methods', 'tags', '"a"'], ['methods', 'status', 'DRAFT'],
    ['processes', 'type', 'CreateMethods'], ['processes', 'state', 'RUNNING'], ['auditTrail', 'type', '"CreateMethod"'], ['auditTrail', 'kind', 'COMMAND_ACCEPTED'],
  ])('a filter of 101 items is refused by %s: %s', async (list, filter, item) => {
    const { errors } = await alice.request(`{ ${list}(filter: { ${filter}: [${Array.from({ length: 101 }, () => item).join(' ')}] }) { totalCount } }`);
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', field: `filter.${filter}` } }]);
  });

  it.each([
    ['experiments(filter: { plannedFrom: "then" })', 'filter.plannedFrom'],
    ['auditTrail(filter: { to: "2026-13-01T00:00:00Z" })', 'filter.to'],
  ])('%s has a date that is none', async (list, field) => {
    const { errors } = await alice.request(`{ ${list} { totalCount } }`);
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', field } }]);
  });

  it.each([
    '{ experiment(id: {}) { id } }',
    'mutation { createExperiment(input: { name: 7 }) { id } }',
    'mutation { createExperiment { id } }',
    'mutation { createMethod(input: { name: "M", applicationRate: "1" }) { id } }',
    'mutation { createMethod(input: { name: "M", applicationRate: 1e999 }) { id } }',
    '{ experiments(orderBy: { by: COLOUR }) { totalCount } }',
    '{ experiments(filter: { status: [ASLEEP] }) { totalCount } }',
  ])('a literal of the wrong type does not pass validation: %s', async (query) => {
    expect((await alice.request(query)).errors?.map(({ extensions }) => extensions?.code)).toContain('GRAPHQL_VALIDATION_FAILED');
  });

  describe('that is none', () => {
    it('names of exactly 200 characters outside the basic plane are kept as they are', async () => {
      const name = '🌱'.repeat(200);
      expect(
        (await alice.data('query($id: ID!) { experiment(id: $id) { name } }', { id: await anExperiment(alice, { name }) })).experiment.name,
      ).toBe(name);
      expect((await alice.data('query($id: ID!) { method(id: $id) { name } }', { id: await aMethod(alice, { name }) })).method.name).toBe(
        name,
      );
    });

    it.each([
      'a\u0301 b\u030a',
      '  spaced  ',
      '\u202eright to left',
      '<script>alert(1)</script>',
      '"; DROP TABLE commits;--',
      '👩‍👩‍👧',
      'line\nbreak',
    ])('%j is kept as it is', async (name) => {
      expect(
        (await alice.data('query($id: ID!) { experiment(id: $id) { name } }', { id: await anExperiment(alice, { name }) })).experiment.name,
      ).toBe(name);
    });

    it('everything at its limit is applied', async () => {
      const tags = Array.from({ length: 20 }, (_, index) => String(index).padEnd(50, '🌱').slice(0, 50).toWellFormed());
      await anExperiment(alice, {
        description: 'x'.repeat(10_000),
        tags,
        plannedStart: '2026-01-01T00:00:00Z',
        plannedEnd: '2026-01-01T00:00:00Z',
      });
      await aMethod(alice, { applicationRate: 1e9, unit: 'x'.repeat(20), description: '' });
      await applied(alice, 'createMethods', { inputs: Array.from({ length: 100 }, () => method) });
    });
  });
});
