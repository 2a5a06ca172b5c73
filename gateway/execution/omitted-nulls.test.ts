import { ScriptedGateway } from '../testing/scripted-gateway';

const delivery = `extend schema
  @link(url: "https://specs.test-planning.dev/delivery/v1.0", import: ["@omitsNulls"]) @composeDirective(name: "@omitsNulls")
  directive @omitsNulls on FIELD_DEFINITION`;
const sdls = {
  lists: `${delivery}
    type Query { shelf: Shelf }
    type Mutation { fill: Shelf! }
    type Shelf { things: [Thing!]! @omitsNulls  strict: [Thing!]!  count: Int }
    union Thing = Book | Gone
    type Book @key(fields: "id") { id: ID! }
    type Gone { name: String! }
  `,
  books: 'type Query { b: Int } type Mutation { count: Int } type Book @key(fields: "id") { id: ID!  title: String! }',
};
const book = (id: string) => ({ __typename: 'Book', id });
const things = () => [book('1'), { __typename: 'Gone', name: 'G' }, book('2')];
const selection = '{ __typename ... on Book { id title } ... on Gone { name } }';
const entities = (list: unknown) => ({ data: { _entities: list } });
/** `books`: what the owner of the books answers about both. */
const gatewayWith = (books: unknown) => new ScriptedGateway(sdls, ({ subgraph, query }) => {
  if (subgraph === 'books') return query.startsWith('mutation') ? { data: { count: 3 } } : books;
  const shelf = { things: things(), strict: things(), count: 3 };
  return { data: { shelf, fill: shelf } };
});
const known = [{ __typename: 'Gone', name: 'G' }, { __typename: 'Book', id: '2', title: 'B' }];

describe('a list field with @omitsNulls', () => {
  it('leaves out an entity that its owner does not find', async () => {
    const gateway = gatewayWith(entities([null, { title: 'B' }]));
    expect(await gateway.ask(`{ shelf { count things ${selection} } }`)).toEqual({ data: { shelf: { count: 3, things: known } } });
  });

  it('leaves out entities whose owner fails, and keeps the errors', async () => {
    const gateway = gatewayWith({ data: null, errors: [{ message: 'No', extensions: { code: 'NO' } }] });
    const { data, errors } = await gateway.ask(`{ shelf { count things ${selection} } }`);
    expect(data).toEqual({ shelf: { count: 3, things: [{ __typename: 'Gone', name: 'G' }] } });
    expect(errors).toMatchObject([{ extensions: { code: 'NO' } }]);
  });

  it('is an empty list where every item is null', async () => {
    const gateway = new ScriptedGateway(sdls, () => ({ data: { shelf: { things: [null, null] } } }));
    expect(await gateway.ask(`{ shelf { things { __typename } } }`)).toMatchObject({ data: { shelf: { things: [] } } });
  });

  it('does not keep later mutations from running because of an item that is null', async () => {
    const gateway = gatewayWith(entities([null, { title: 'B' }]));
    expect(await gateway.ask(`mutation { fill { things ${selection} } count }`)).toEqual({ data: { fill: { things: known }, count: 3 } });
  });

  it('differs from a list without it, which a null item takes with it', async () => {
    const gateway = gatewayWith(entities([null, { title: 'B' }]));
    expect(await gateway.ask(`{ shelf { count strict ${selection} } }`)).toEqual({ data: { shelf: null } });
  });
});
