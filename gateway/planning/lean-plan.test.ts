import { ScriptedGateway } from '../testing/scripted-gateway';

const sdls = {
  catalogue: `
    type Query { books: [Book!]  works: [Work!]  any: [Any!]  pieces: [Piece!] }
    interface Piece { id: ID! }
    type Song implements Piece @key(fields: "id") { id: ID! }
    interface Work { id: ID! next: Work  owner: Party }
    interface Party { id: ID! }
    union Any = Book | Film
    type Book implements Work @key(fields: "id") { id: ID! next: Work  owner: Person  cover: Cover  author: Person }
    type Film implements Work @key(fields: "id") { id: ID! next: Work  owner: Firm }
    type Person implements Party @key(fields: "id") { id: ID! }
    type Firm implements Party @key(fields: "id") { id: ID! }
    type Cover @shareable { width: Int paper: Paper }
    type Paper @shareable { kind: String weight: Int }
  `,
  people: `
    type Person @key(fields: "id") { id: ID! name: String  favourite: Book }
    type Firm @key(fields: "id") { id: ID! name: String }
    type Book @key(fields: "id", resolvable: false) { id: ID! }
  `,
  post: `
    type Book @key(fields: "id") { id: ID! cover: Cover @external  weight: Int
      fee: Int @requires(fields: "cover { paper { kind } }")  size: Int @requires(fields: "cover { __typename width }") }
    type Cover @shareable { width: Int paper: Paper }
    type Paper @shareable { kind: String weight: Int }
  `,
  rights: `
    interface Piece { id: ID! holder: Holder }
    interface Holder { name: String }
    type Song implements Piece @key(fields: "id") { id: ID! holder: Label }
    type Label implements Holder { name: String }
    type Singer implements Holder { name: String }
  `,
};

type Entity = Readonly<Record<string, unknown>>;
interface Script {
  readonly first: Entity;
  readonly entities?: (representation: Entity) => Entity;
}

async function asked(query: string, { first, entities = () => ({}) }: Script) {
  const gateway = new ScriptedGateway(sdls, ({ variables }) => {
    const representations = variables['representations'] as Entity[] | undefined;
    return { data: representations ? { _entities: representations.map(entities) } : first };
  });
  const result = await gateway.ask(query);
  return { result, asked: gateway.asked.map(({ subgraph, query: text, variables: { representations } }) => ({ subgraph, fields: text.replace(/^[^{]*/, ''), representations })) };
}

describe('a plan that is carried out', () => {
  it('asks for no type name where the schema tells the type, and names it to those who are asked for more', async () => {
    const { result, asked: requests } = await asked('{ books { id author { name } } }', {
      first: { books: [{ id: '1', author: { id: 'p1' } }, { id: '2', author: { id: 'p2' } }, { id: '3', author: { id: 'p1' } }, { id: '4', author: null }] },
      entities: ({ id }) => ({ name: `N ${String(id)}` }),
    });
    expect(requests).toEqual([
      { subgraph: 'catalogue', fields: '{books{id author{id}}}', representations: undefined },
      { subgraph: 'people', fields: expect.not.stringContaining('__typename'), representations: [{ __typename: 'Person', id: 'p1' }, { __typename: 'Person', id: 'p2' }] },
    ]);
    expect(result.data).toEqual({ books: [{ id: '1', author: { name: 'N p1' } }, { id: '2', author: { name: 'N p2' } }, { id: '3', author: { name: 'N p1' } }, { id: '4', author: null }] });
  });

  it('does so in what entities bring as well', async () => {
    const { result, asked: requests } = await asked('{ books { author { favourite { weight } } } }', {
      first: { books: [{ author: { id: 'p1' } }] },
      entities: ({ __typename: type }) => (type === 'Person' ? { favourite: { id: 'b7' } } : { weight: 7 }),
    });
    expect(requests.map(({ fields }) => fields.includes('__typename'))).toEqual([false, false, false]);
    expect(requests[2]?.representations).toEqual([{ __typename: 'Book', id: 'b7' }]);
    expect(result.data).toEqual({ books: [{ author: { favourite: { weight: 7 } } }] });
  });

  it('knows the type that a client asks for by itself', async () => {
    const { result, asked: requests } = await asked('{ books { __typename id } }', { first: { books: [{ id: '1' }] } });
    expect(requests[0]?.fields).toBe('{books{id}}');
    expect(result.data).toEqual({ books: [{ __typename: 'Book', id: '1' }] });
  });

  it('keeps the only field that a selection has', async () => {
    const { result, asked: requests } = await asked('{ books { __typename } }', { first: { books: [{ __typename: 'Book' }] } });
    expect(requests[0]?.fields).toBe('{books{__typename}}');
    expect(result.data).toEqual({ books: [{ __typename: 'Book' }] });
  });

  it('asks for the type of what can be of several', async () => {
    const { result, asked: requests } = await asked('{ works { id next { id } } any { ... on Book { id } } }', {
      first: { works: [{ __typename: 'Book', id: '1', next: { __typename: 'Film', id: '2' } }], any: [{ __typename: 'Book', id: '3' }] },
    });
    expect(requests[0]?.fields.match(/__typename/g)).toHaveLength(3);
    expect(result.data).toEqual({ works: [{ id: '1', next: { id: '2' } }], any: [{ id: '3' }] });
  });

  it('asks for the type where fragments bring objects of different types under one name', async () => {
    const { result, asked: requests } = await asked('{ any { ... on Book { owner { name } } ... on Film { owner { name } } } }', {
      first: { any: [{ __typename: 'Book', owner: { __typename: 'Person', id: '1' } }, { __typename: 'Film', owner: { __typename: 'Firm', id: '1' } }] },
      entities: ({ __typename: type }) => ({ __typename: type, name: type }),
    });
    expect(requests[0]?.fields).toContain('owner{__typename id}');
    expect(requests[1]?.representations).toEqual([{ __typename: 'Person', id: '1' }, { __typename: 'Firm', id: '1' }]);
    expect(result.data).toEqual({ any: [{ owner: { name: 'Person' } }, { owner: { name: 'Firm' } }] });
  });

  it('asks for the type of an object that the client knows by an interface, though the plan knows better', async () => {
    const { result, asked: requests } = await asked('{ pieces { holder { __typename name } } }', {
      first: { pieces: [{ __typename: 'Song', id: '1' }] },
      entities: () => ({ holder: { __typename: 'Label', name: 'L' } }),
    });
    expect(requests[1]?.fields).toContain('holder{__typename name}');
    expect(result.data).toEqual({ pieces: [{ holder: { __typename: 'Label', name: 'L' } }] });
  });

  it('keeps the type names that are required', async () => {
    const { asked: requests } = await asked('{ books { size } }', { first: { books: [{ id: '1', cover: { __typename: 'Cover', width: 3 } }] }, entities: () => ({ size: 5 }) });
    expect(requests[0]?.fields).toContain('cover{__typename');
    expect(requests[1]?.representations).toEqual([{ __typename: 'Book', id: '1', cover: { __typename: 'Cover', width: 3 } }]);
  });

  it('knows of an event what its subgraph was not asked for', async () => {
    const gateway = new ScriptedGateway({
      news: 'type Query { a: Int } type Subscription { published: Book } type Book @key(fields: "id") { id: ID! }',
      stock: 'type Book @key(fields: "id") { id: ID! copies: Int }',
    }, () => ({ data: { _entities: [{ copies: 3 }] } }));
    expect(await gateway.answerEvent('subscription { published { id copies } }', { data: { published: { id: '7' } } })).toEqual({ data: { published: { id: '7', copies: 3 } } });
    expect(gateway.asked[0]?.variables).toEqual({ representations: [{ __typename: 'Book', id: '7' }] });
  });

  it('leaves all as it is where something comes from the context', async () => {
    const gateway = new ScriptedGateway({
      town: 'type Query { streets: [Street!] } type Street @key(fields: "id") @context(name: "street") { id: ID! tax: Int! lots: [Lot!] } type Lot @key(fields: "id") { id: ID! }',
      rates: 'type Query { b: Int } type Lot @key(fields: "id") { id: ID! due(tax: Int @fromContext(field: "$street { tax }")): Int } type Street @key(fields: "id") @context(name: "street") { id: ID! tax: Int! @external }',
    }, ({ query, variables }) => ({
      data: 'representations' in variables ? { _entities: [{ due: 5 }] } : { streets: [{ __typename: 'Street', id: '1', tax: 2, lots: [{ ...(/lots ?\{ ?__typename/.test(query) ? { __typename: 'Lot' } : {}), id: '1' }] }] },
    }));
    expect(await gateway.ask('{ streets { lots { due } } }')).toEqual({ data: { streets: [{ lots: [{ due: 5 }] }] } });
    expect(gateway.asked[0]?.query).toContain('__typename');
  });

  it('keeps what a representation has from within an entity as the planner wants it', async () => {
    const { result, asked: requests } = await asked('{ books { fee } }', {
      first: { books: [{ id: '1', cover: { __typename: 'Cover', paper: { __typename: 'Paper', kind: 'K' } } }] },
      entities: () => ({ fee: 5 }),
    });
    expect(requests[1]?.representations).toEqual([{ __typename: 'Book', id: '1', cover: { paper: { kind: 'K' } } }]);
    expect(result.data).toEqual({ books: [{ fee: 5 }] });
  });
});
