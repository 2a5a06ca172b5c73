import { compose, RunningShop } from '../testing/running-shop';
import { Shop } from '../testing/shop';
import { Issuer } from '../testing/tokens';

describe('authorization', () => {
  let issuer: Issuer;
  let shop: RunningShop;
  beforeAll(async () => {
    issuer = await Issuer.make();
    shop = await RunningShop.start({ auth: issuer.auth });
  });
  beforeEach(() => {
    shop.shop.calls.length = 0;
    shop.sent.length = 0;
  });
  afterAll(() => shop.stop());

  const unauthenticated = (...path: string[]) => expect.objectContaining({ path, extensions: { code: 'UNAUTHENTICATED' } });
  const forbidden = (requiredScopes: string[][], ...path: string[]) => expect.objectContaining({ path, extensions: { code: 'FORBIDDEN', requiredScopes } });
  const tools = [['tools:read']];

  describe('without a token', () => {
    it('answers what is public', async () => {
      expect(await shop.ask('{ products { name } __typename }')).toMatchObject({ status: 200, data: { products: [{ name: 'Hammer' }, { name: 'Saw' }] } });
    });

    it('refuses @authenticated fields with 401, and runs nothing', async () => {
      const { status, data, errors } = await shop.ask('{ vault { content } }');
      expect({ status, data, errors }).toEqual({ status: 401, data: { vault: null }, errors: [unauthenticated('vault')] });
      expect(shop.shop.calls).toEqual([]);
      expect(shop.sent).toEqual([]);
    });

    it('refuses an operation that needs a token before it reads the variables', async () => {
      const { status, data, errors } = await shop.ask('query($b: Boolean!) { vault { content @include(if: $b) } ... on Query { v: vault { content } } }', { b: 'no' });
      expect({ status, data, errors }).toEqual({ status: 401, data: { vault: null, v: null }, errors: [unauthenticated('vault'), unauthenticated('v')] });
    });

    it('reads the variables of an operation that needs a token under a condition only', async () => {
      const { status, errors } = await shop.ask('query($b: Boolean!) { vault @include(if: $b) { content } }', { b: 'no' });
      expect({ status, codes: errors?.map(({ extensions }) => extensions?.['code']) }).toEqual({ status: 400, codes: ['BAD_USER_INPUT'] });
    });

    it('answers the rest of a query', async () => {
      const { status, data, errors } = await shop.ask('{ vault { content } v: vault { content } stock }');
      expect({ status, data }).toEqual({ status: 200, data: { vault: null, v: null, stock: 1 } });
      expect(errors).toEqual([unauthenticated('vault'), unauthenticated('v')]);
    });

    it('answers the introspection that a query page asks', async () => {
      expect(await shop.ask('{ __schema { types { name } } }')).toMatchObject({ status: 200, data: { __schema: {} } });
    });

    it('takes null with it where null may not stand', async () => {
      expect(await shop.ask('{ secrets stock }')).toMatchObject({ data: null, errors: [unauthenticated('secrets')] });
    });
  });

  describe('on types, whichever way they are reached', () => {
    it('nulls a field that returns the type', async () => {
      const { data, errors } = await shop.ask('{ tool { label } stock }', {}, await issuer.bearer());
      expect({ data, errors }).toEqual({ data: { tool: null, stock: 1 }, errors: [forbidden(tools, 'tool')] });
    });

    it('nulls scalars and enums', async () => {
      const query = '{ priced { price label grade } }';
      expect(await shop.ask(query)).toMatchObject({
        data: { priced: { price: null, label: 'cheap', grade: null } },
        errors: [unauthenticated('priced', 'price'), unauthenticated('priced', 'grade')],
      });
      expect(await shop.ask(query, {}, await issuer.bearer())).toMatchObject({ data: { priced: { price: null, grade: 'A' } }, errors: [forbidden([['money:read']], 'priced', 'price')] });
      expect(await shop.ask(query, {}, await issuer.bearer({ scope: 'x money:read' }))).toMatchObject({ data: { priced: { price: '9.99', grade: 'A' } } });
    });

    it('nulls the items of a list that may not be null itself', async () => {
      const { data, errors } = await shop.ask('{ priced { tools { label } } }', {}, await issuer.bearer());
      expect({ data, errors }).toEqual({ data: { priced: { tools: [null, null] } }, errors: [forbidden(tools, 'priced', 'tools')] });
      expect(shop.sent.map(({ operation }) => operation.query).join()).not.toContain('label');
    });

    it('nulls the nearest nullable field above one that may not be null', async () => {
      expect(await shop.ask('{ priced { label firm { label } } stock }', {}, await issuer.bearer())).toMatchObject({
        data: { priced: null, stock: 1 }, errors: [forbidden(tools, 'priced', 'firm')],
      });
    });

    it('leaves out a fragment on the type, and keeps the others', async () => {
      const { data, errors } = await shop.ask('{ catalogue { ... on Product { name } ... on Tool { label } __typename } }', {}, await issuer.bearer());
      expect(data).toEqual({ catalogue: [{ name: 'Hammer', __typename: 'Product' }, { __typename: 'Tool' }] });
      expect(errors).toEqual([forbidden(tools, 'catalogue')]);
    });

    it('says nothing of a fragment on the type when nothing of the type is there', async () => {
      const { data, errors } = await shop.ask('{ only: cheapest { ... on Product { name } ... on Tool { label } } }', {}, await issuer.bearer());
      expect(errors).toBeUndefined();
      expect(data).toEqual({ only: { name: 'Hammer' } });
    });

    it('leaves out a named fragment as well', async () => {
      const { data } = await shop.ask('{ catalogue { ...T } } fragment T on Tool { label }', {}, await issuer.bearer());
      expect(data).toEqual({ catalogue: [{}, {}] });
    });

    it('refuses a field of an interface behind which the type may stand', async () => {
      const { data, errors } = await shop.ask('{ node(id: "t") { id } }', {}, await issuer.bearer());
      expect({ data, errors }).toEqual({ data: { node: null }, errors: [forbidden(tools, 'node')] });
    });

    it('looks at the types behind an interface itself, where composition has not put their rules on it', async () => {
      const { sdl } = compose(new Shop().subgraphs());
      const bare = sdl.replace(/(interface Node[^{]*?) *@requiresScopes\([^)]*\)/, '$1');
      expect(bare).not.toBe(sdl);
      const other = await RunningShop.start({ supergraph: bare, auth: issuer.auth });
      expect(await other.ask('{ node(id: "t") { id } }', {}, await issuer.bearer())).toMatchObject({ data: { node: null }, errors: [forbidden(tools, 'node', 'id')] });
      expect((await other.ask('{ node(id: "1") { ... on Product { name } ... on Tool { label } } }', {}, await issuer.bearer())).data).toEqual({ node: { name: 'Hammer' } });
      await other.stop();
    });

    it('needs nothing for the fields of an interface with @judgedByType, and judges fragments on its types all the same', async () => {
      const { sdl } = compose(new Shop().subgraphs());
      const marked = sdl
        .replace(/(delivery\/v1\.0", import: \[)/, '$1"@judgedByType", ')
        .replace('interface Node', 'directive @judgedByType on INTERFACE\n\ninterface Node')
        .replace(/(\ninterface Node[^{]*)/, '$1@judgedByType\n');
      const other = await RunningShop.start({ supergraph: marked, auth: issuer.auth });
      const { data, errors } = await other.ask('{ node(id: "1") { id __typename ... on Product { name } ... on Tool { label } } }', {}, await issuer.bearer());
      expect({ data, errors }).toEqual({ data: { node: { id: '1', __typename: 'Product', name: 'Hammer' } }, errors: undefined });
      expect(await other.ask('{ node(id: "t") { ... on Tool { label } } }', {}, await issuer.bearer())).toMatchObject({ data: { node: {} }, errors: [forbidden(tools, 'node')] });
      await other.stop();
    });

    it('sends no request for what another subgraph would add', async () => {
      const { data, errors } = await shop.ask('{ products { name reviews { body } } }');
      expect(data).toEqual({ products: [{ name: 'Hammer', reviews: null }, { name: 'Saw', reviews: null }] });
      expect(errors).toEqual([unauthenticated('products', 'reviews')]);
      expect(shop.sent.map(({ subgraph }) => subgraph)).toEqual(['products']);
    });

    it('allows all of it with the scope', async () => {
      const { data, errors } = await shop.ask('{ catalogue { ... on Tool { label } } node(id: "t") { id } }', {}, await issuer.bearer({ scope: 'tools:read' }));
      expect(errors).toBeUndefined();
      expect(data).toEqual({ catalogue: [{}, { label: 'Lathe' }], node: { id: 't' } });
    });
  });

  it('takes any of several sets of scopes, each of them whole', async () => {
    const query = '{ secrets }';
    expect(await shop.ask(query, {}, await issuer.bearer({ scopes: ['secrets:read'] }))).toMatchObject({ data: { secrets: 'hush' } });
    expect(await shop.ask(query, {}, await issuer.bearer({ scope: 'audit admin' }))).toMatchObject({ data: { secrets: 'hush' } });
    expect(await shop.ask(query, {}, await issuer.bearer({ scope: 'admin' }))).toMatchObject({ data: null, errors: [forbidden([['secrets:read'], ['admin', 'audit']], 'secrets')] });
  });

  it('reports nothing for a field that is skipped', async () => {
    const query = 'query($with: Boolean = false) { stock tool @include(if: $with) { label } }';
    expect((await shop.ask(query, {}, await issuer.bearer())).errors).toBeUndefined();
    expect((await shop.ask(query, { with: true }, await issuer.bearer())).errors).toEqual([forbidden(tools, 'tool')]);
  });

  it('carries out no mutation by half', async () => {
    const { status, data, errors } = await shop.ask('mutation { add(amount: 1) lock { content } }');
    expect({ status, data, errors }).toEqual({ status: 401, data: undefined, errors: [unauthenticated('lock')] });
    expect(shop.shop.total).toBe(0);
  });

  it('decides for each token by itself, however often the document was used', async () => {
    const query = '{ tool { label } }';
    const may = await issuer.bearer({ scope: 'tools:read' });
    const mayNot = await issuer.bearer();
    for (let round = 0; round < 3; round += 1) {
      expect((await shop.ask(query, {}, may)).data).toEqual({ tool: { label: 'Lathe' } });
      expect((await shop.ask(query, {}, mayNot)).data).toEqual({ tool: null });
      expect((await shop.ask(query)).data).toEqual({ tool: null });
    }
  });

  describe('over a socket', () => {
    it('refuses what the token does not cover, with an error message', async () => {
      await expect(shop.client().iterate({ query: 'subscription { vaultOpened { content } }' }).next()).rejects.toEqual([unauthenticated('vaultOpened')]);
      expect(shop.shop.open).toBe(0);
    });

    it.each([['authorization', 'Bearer '], ['Authorization', 'Bearer '], ['token', '']])('takes a token as %s', async (name, prefix) => {
      const client = shop.client({ [name]: `${prefix}${await issuer.token()}` });
      const opened = client.iterate({ query: 'subscription { vaultOpened { content } }' }).next();
      await shop.until(() => shop.shop.open === 1);
      shop.shop.change('1');
      expect((await opened).value.data).toEqual({ vaultOpened: { content: 'gold' } });
      await client.dispose();
      await shop.until(() => shop.shop.open === 0);
    });

    it('closes with 4403 for a bad token', async () => {
      const closed = new Promise<{ code: number; reason: string }>((resolve) => {
        const client = shop.client({ token: 'nonsense' }, resolve);
        client.subscribe({ query: '{ stock }' }, { next: () => undefined, error: () => undefined, complete: () => undefined });
      });
      expect(await closed).toMatchObject({ code: 4403, reason: 'Forbidden: The token is not valid' });
    });

    it('closes with 4403 when the token ends, and cancels what was open', async () => {
      const expires = Math.floor(Date.now() / 1_000) + 1;
      const token = await issuer.token({ expires });
      const closed = new Promise<{ code: number; reason: string }>((resolve) => {
        const client = shop.client({ token }, resolve);
        client.subscribe({ query: 'subscription { vaultOpened { content } }' }, { next: () => undefined, error: () => undefined, complete: () => undefined });
      });
      expect(await closed).toMatchObject({ code: 4403, reason: 'Forbidden: The token has expired' });
      expect(Date.now()).toBeGreaterThanOrEqual(expires * 1_000);
      await shop.until(() => shop.shop.open === 0);
    });
  });
});
