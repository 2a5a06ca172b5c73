import { ScriptedGateway } from '../testing/scripted-gateway';
import type { Asked } from '../testing/scripted-gateway';

const sdls = {
  catalogue: `
    type Query { book: Book  books: [Book!] }
    type Book @key(fields: "isbn") @key(fields: "shelf { row } place") { isbn: ID! title(upper: Boolean = false): String shelf: Shelf place: Int cover: Cover }
    type Shelf @shareable { row: Int }
    type Cover @shareable { width: Int height: Int }
  `,
  post: `
    type Book @key(fields: "isbn") { isbn: ID! title(upper: Boolean = false): String @external cover: Cover @external
      fee: Int @requires(fields: "cover { width height }") label: String @requires(fields: "title(upper: true)") weight: Int }
    type Cover @shareable { width: Int height: Int }
  `,
  stock: `
    type Book @key(fields: "shelf { row } place") { shelf: Shelf place: Int copies: Int }
    type Shelf @shareable { row: Int }
  `,
};

function scripted(book: Readonly<Record<string, unknown>>) {
  return new ScriptedGateway(sdls, (asked) => (asked.subgraph === 'catalogue' ? { data: { book: { __typename: 'Book', isbn: '1', ...book } } } : answer(asked)));
}

function answer({ variables }: Asked) {
  return { data: { _entities: (variables['representations'] as unknown[]).map(() => ({ fee: 5, label: 'L', weight: 9, copies: 2 })) } };
}

function sent({ asked }: ScriptedGateway): unknown[] {
  return asked.slice(1).map(({ variables }) => variables['representations']);
}

describe('a representation', () => {
  it('has the required objects, and of them what is required', async () => {
    const gateway = scripted({ cover: { width: 1, height: 2, more: 3 } });
    expect(await gateway.ask('{ book { fee } }')).toEqual({ data: { book: { fee: 5 } } });
    expect(sent(gateway)).toEqual([[{ __typename: 'Book', isbn: '1', cover: { width: 1, height: 2 } }]]);
  });

  it('has null where that is what is required', async () => {
    const gateway = scripted({ cover: null });
    expect(await gateway.ask('{ book { fee } }')).toEqual({ data: { book: { fee: 5 } } });
    expect(sent(gateway)).toEqual([[{ __typename: 'Book', isbn: '1', cover: null }]]);
  });

  describe('of which a required part failed', () => {
    const lost = { message: 'No height', path: ['book', 'cover', 'height'], extensions: { code: 'LOST' } };
    const failing = (book: Readonly<Record<string, unknown>>, ...errors: object[]) => new ScriptedGateway(sdls, (asked) => (
      asked.subgraph === 'catalogue' ? { data: { book: { __typename: 'Book', isbn: '1', ...book } }, errors } : answer(asked)));

    it('is not sent: what depends on it has failed as well, and says so', async () => {
      const gateway = failing({ cover: { width: 1, height: null } }, lost);
      expect(await gateway.ask('{ book { price: fee } }')).toMatchObject({ data: { book: { price: null } }, errors: [{ message: 'No height', path: ['book', 'price'], extensions: { code: 'LOST' } }] });
      expect(sent(gateway)).toEqual([]);
    });

    it('is sent for all that does not depend on it', async () => {
      const gateway = failing({ cover: { width: 1, height: null }, title__required_1: 'UPPER' }, lost);
      expect(await gateway.ask('{ book { fee label weight } }')).toMatchObject({ data: { book: { fee: null, label: 'L', weight: 9 } }, errors: [{ path: ['book', 'fee'] }] });
      expect(sent(gateway)).toHaveLength(1);
    });

    it('says so at the part as well, where the client asked for that', async () => {
      const gateway = failing({ cover: { width: 1, height: null } }, lost);
      expect((await gateway.ask('{ book { fee cover { height } } }')).errors).toMatchObject([{ path: ['book', 'cover', 'height'] }, { path: ['book', 'fee'] }]);
    });

    it('is sent all the same, where the error is at what nothing here requires', async () => {
      const gateway = failing({ cover: { width: 1, height: 2 }, title__required_1: null }, { ...lost, path: ['book', 'title__required_1'] });
      expect(await gateway.ask('{ book { fee label } }')).toMatchObject({ data: { book: { fee: 5, label: null } }, errors: [{ path: ['book', 'label'] }] });
    });
  });

  it('has what there is where nobody asked for the rest, but always a whole key', async () => {
    const gateway = scripted({ cover: { width: 1, height: 2 } });
    expect(await gateway.ask('{ book { fee label } }')).toEqual({ data: { book: { fee: 5, label: 'L' } } });
    expect(sent(gateway)).toEqual([[{ __typename: 'Book', isbn: '1', cover: { width: 1, height: 2 } }]]);
    const keyless = scripted({ isbn: undefined, cover: { width: 1, height: 2 } });
    expect(await keyless.ask('{ book { fee label } }')).toMatchObject({ data: { book: { fee: null, label: null } } });
    expect(sent(keyless)).toEqual([]);
  });

  it('has compound keys', async () => {
    const gateway = scripted({ shelf: { row: 4 }, place: 7 });
    expect(await gateway.ask('{ book { copies } }')).toEqual({ data: { book: { copies: 2 } } });
    expect(sent(gateway)).toEqual([[{ __typename: 'Book', shelf: { row: 4 }, place: 7 }]]);
  });

  it("has the field's own value, whatever the client asks for under its name", async () => {
    const gateway = scripted({ title__required_1: 'UPPER', title: 'lower', isbn__1: 'lower' });
    expect(await gateway.ask('{ book { title label isbn: title weight } }')).toEqual({ data: { book: { title: 'lower', label: 'L', isbn: 'lower', weight: 9 } } });
    expect(sent(gateway)).toEqual([[{ __typename: 'Book', isbn: '1', title: 'UPPER' }]]);
  });
});
