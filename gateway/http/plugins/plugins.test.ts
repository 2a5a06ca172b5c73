import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { gunzipSync } from 'node:zlib';
import type { ApolloServerPlugin } from '@apollo/server';
import { HeaderMap } from '@apollo/server';
import { ApolloServerPluginUsageReporting } from '@apollo/server/plugin/usageReporting';
import { listen, urlOf } from '@test-planning/kernel/http';
import { GraphQLError } from 'graphql';
import type { PluginContext } from '../../config';
import { RunningShop } from '../../testing/running-shop';
import { Issuer } from '../../testing/tokens';

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');
const sourceOf = (query: string) => `source ${query} ${hashOf(query)}`;

/** Writes down every hook that is called, with what only that hook promises to be there. */
function recorder(name = ''): { plugin: ApolloServerPlugin<PluginContext>; told: string[] } {
  const told: string[] = [];
  const tell = (what: string) => Promise.resolve(void told.push(name + what));
  const plugin: ApolloServerPlugin<PluginContext> = {
    invalidRequestWasReceived: ({ error }) => tell(`invalid ${(error as GraphQLError).extensions['field'] as string}`),
    contextCreationDidFail: ({ error }) => tell(`no context: ${(error as GraphQLError).extensions['code'] as string}`),
    unexpectedErrorProcessingRequest: ({ error }) => tell(`unexpected ${error.message}`),
    async requestDidStart({ request: { http, operationName } }) {
      await tell(`start ${http?.method} ${http?.headers.get('x-test') ?? '-'} ${operationName ?? '-'}`);
      return {
        didResolveSource: ({ source, queryHash }) => tell(`source ${source} ${queryHash}`),
        async parsingDidStart() {
          await tell('parsing');
          return (error) => tell(`parsed ${error?.message ?? 'well'}`);
        },
        async validationDidStart() {
          await tell('validation');
          return (errors) => tell(`validated ${errors?.map(({ message }) => message).join() ?? 'well'}`);
        },
        didResolveOperation: ({ document, operation, operationName: resolved }) => tell(`operation ${document.definitions.length} ${operation?.operation} ${resolved}`),
        async responseForOperation() {
          await tell('instead?');
          return null;
        },
        async executionDidStart() {
          await tell('execution');
          return { executionDidEnd: () => tell('executed') };
        },
        didEncounterErrors: ({ errors }) => tell(`errors ${errors.map(({ extensions }) => extensions['code']).join()}`),
        willSendResponse: ({ response: { body } }) => tell(`send ${body.kind === 'single' ? Object.keys(body.singleResult).join() : '?'}`),
      };
    },
  };
  return { plugin, told };
}

describe('a plugin', () => {
  const withPlugins = async (plugins: ApolloServerPlugin<PluginContext>[], use: (shop: RunningShop) => Promise<void>, config = {}) => {
    const shop = await RunningShop.start(config, { plugins });
    try {
      await use(shop);
    } finally {
      await shop.stop();
    }
  };

  it('hears of a query in Apollo Server\'s order', async () => {
    const { plugin, told } = recorder();
    await withPlugins([plugin], async (shop) => {
      const query = 'query A { ...F } query B { stock } fragment F on Query { reviewCount }';
      const answer = await shop.post(JSON.stringify({ query, operationName: 'A' }), { 'x-test': 'yes' });
      expect(answer).toMatchObject({ status: 200, data: { reviewCount: 1 } });
      expect(told.splice(0)).toEqual([
        'start POST yes A', sourceOf(query), 'parsing', 'parsed well', 'validation', 'validated well', 'operation 2 query A', 'instead?', 'execution', 'executed', 'send data',
      ]);
    });
  });

  it('hears of what goes wrong, where it goes wrong', async () => {
    const { plugin, told } = recorder();
    await withPlugins([plugin], async (shop) => {
      const heard = async (query: string, variables?: object) => {
        const { status } = await shop.ask(query, variables);
        const [start, source, ...rest] = told.splice(0);
        expect([start, source]).toEqual(['start POST - -', sourceOf(query)]);
        return { status, rest };
      };
      expect(await heard('{')).toEqual({ status: 400, rest: ['parsing', expect.stringMatching(/^parsed Syntax Error/), 'errors GRAPHQL_PARSE_FAILED', 'send errors'] });
      expect(await heard('{ nothing }')).toEqual({
        status: 400, rest: ['parsing', 'parsed well', 'validation', expect.stringMatching(/^validated Cannot query/), 'errors GRAPHQL_VALIDATION_FAILED', 'send errors'],
      });
      const read = ['parsing', 'parsed well', 'validation', 'validated well'];
      expect(await heard('{ brokenForAll }')).toEqual({ status: 200, rest: [...read, 'operation 1 query null', 'instead?', 'execution', 'errors NOT_FOUND', 'executed', 'send errors,data'] });
      expect(await heard('query($input: EchoInput!) { echo(input: $input) }')).toEqual({
        status: 400, rest: [...read, 'operation 1 query null', 'instead?', 'execution', 'errors BAD_USER_INPUT', 'executed', 'send errors'],
      });
    });
  });

  it('hears of documents that come by their hash alone', async () => {
    const { plugin, told } = recorder();
    await withPlugins([plugin], async (shop) => {
      const query = '{ reviewCount }';
      const extensions = { persistedQuery: { version: 1, sha256Hash: hashOf(query) } };
      await shop.post(JSON.stringify({ extensions }));
      expect(told.splice(0)).toEqual(['start POST - -', 'errors PERSISTED_QUERY_NOT_FOUND', 'send errors']);
      await shop.post(JSON.stringify({ query, extensions }));
      told.length = 0;
      expect((await shop.post(JSON.stringify({ extensions }))).data).toEqual({ reviewCount: 1 });
      expect(told[1]).toBe(sourceOf(query));
    });
  });

  it('hears of requests that are none, and of callers that are not let in', async () => {
    const { plugin, told } = recorder();
    const issuer = await Issuer.make();
    await withPlugins([plugin], async (shop) => {
      await shop.post('[]');
      await fetch(shop.url, { method: 'DELETE' });
      await shop.ask('{ stock }', {}, { authorization: 'Bearer nonsense' });
      expect(told).toEqual(['invalid body', 'invalid method', 'no context: UNAUTHENTICATED']);
    }, { auth: issuer.auth });
  });

  it('hears nothing of subscriptions', async () => {
    const { plugin, told } = recorder();
    await withPlugins([plugin], async (shop) => {
      expect((await shop.ask('subscription { failsAfter(count: 1) }')).status).toBe(400);
      expect(told).toEqual([]);
    });
  });

  it('knows the caller', async () => {
    const issuer = await Issuer.make();
    const callers: string[] = [];
    const plugin: ApolloServerPlugin<PluginContext> = {
      requestDidStart: ({ contextValue: { caller, requestId } }) => Promise.resolve(void callers.push(`${caller.kind === 'identified' ? caller.claims.sub : caller.kind} ${requestId}`)),
    };
    await withPlugins([plugin], async (shop) => {
      await shop.ask('{ stock }', {}, { ...await issuer.bearer(), 'x-request-id': 'mine' });
      await shop.ask('{ stock }');
      expect(callers).toEqual(['ada mine', 'anonymous undefined']);
    }, { auth: issuer.auth });
  });

  it('is told in turn with others, and in the opposite order of ends', async () => {
    const told: string[] = [];
    const named = (name: string): ApolloServerPlugin => ({
      requestDidStart: () => Promise.resolve({
        parsingDidStart: () => {
          told.push(`${name} parsing`);
          return Promise.resolve(() => Promise.resolve(void told.push(`${name} parsed`)));
        },
        executionDidStart: () => {
          told.push(`${name} execution`);
          return Promise.resolve({ executionDidEnd: () => Promise.resolve(void told.push(`${name} executed`)) });
        },
      }),
    });
    await withPlugins([named('a'), named('b')], async (shop) => {
      await shop.ask('{ stock }');
      expect(told).toEqual(['a parsing', 'b parsing', 'b parsed', 'a parsed', 'a execution', 'b execution', 'b executed', 'a executed']);
    });
  });

  const onRequest = (listener: object): ApolloServerPlugin => ({ requestDidStart: () => Promise.resolve(listener) });

  it('can answer in the operation\'s place', async () => {
    const body = { kind: 'single', singleResult: { data: { stock: 1_000 } } };
    await withPlugins([onRequest({ responseForOperation: () => Promise.resolve({ http: { status: 203, headers: new HeaderMap([['x-from', 'cache']]) }, body }) })], async (shop) => {
      const answer = await shop.ask('{ stock }');
      expect(answer).toMatchObject({ status: 203, data: { stock: 1_000 } });
      expect(answer.headers.get('x-from')).toBe('cache');
      expect(shop.shop.calls).toEqual([]);
    });
  });

  it('can change the answer, its status and its headers', async () => {
    type Sent = { response: { http: { status?: number; headers: HeaderMap }; body: { singleResult: { extensions?: object } } } };
    const willSendResponse = ({ response: { http, body } }: Sent) => {
      http.status = 202;
      http.headers.set('cache-control', 'public, max-age=5');
      body.singleResult.extensions = { cost: 7 };
      return Promise.resolve();
    };
    await withPlugins([onRequest({ willSendResponse })], async (shop) => {
      const answer = await shop.ask('{ reviewCount }');
      expect(answer).toMatchObject({ status: 202, data: { reviewCount: 1 }, extensions: { cost: 7 } });
      expect(answer.headers.get('cache-control')).toBe('public, max-age=5');
    });
  });

  it.each([
    ['GraphQLError with a code and a status', new GraphQLError('Not today', { extensions: { code: 'CLOSED', http: { status: 418, headers: new HeaderMap([['x-closed', 'yes']]) } } }), 418, { message: 'Not today', extensions: { code: 'CLOSED' } }],
    ['GraphQLError with a code', new GraphQLError('Not you', { extensions: { code: 'FORBIDDEN' } }), 403, { message: 'Not you', extensions: { code: 'FORBIDDEN' } }],
    ['any other error', new Error('the password is 1234'), 500, { message: 'Internal server error', extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: 'mine' } }],
  ])('can refuse an operation by a %s', async (_, error, status, told) => {
    const codes: unknown[] = [];
    const listener = {
      didResolveOperation: () => Promise.reject(error),
      didEncounterErrors: ({ errors }: { errors: GraphQLError[] }) => Promise.resolve(void codes.push(...errors.map(({ extensions }) => extensions['code']))),
    };
    await withPlugins([onRequest(listener)], async (shop) => {
      const { headers, ...answer } = await shop.ask('{ stock }', {}, { 'x-request-id': 'mine' });
      expect(answer).toEqual({ status, errors: [told] });
      expect(headers.get('x-closed')).toBe(status === 418 ? 'yes' : null);
      expect(codes).toEqual([told.extensions.code]);
      expect(shop.shop.calls).toEqual([]);
    });
  });

  it.each(['didResolveSource', 'parsingDidStart', 'executionDidStart', 'willSendResponse'])('that fails in %s fails the request, and nothing of it gets out', async (hook) => {
    const unexpected: string[] = [];
    const plugin: ApolloServerPlugin = {
      ...onRequest({ [hook]: () => Promise.reject(new Error('the password is 1234')) }),
      unexpectedErrorProcessingRequest: ({ error }) => Promise.resolve(void unexpected.push(error.message)),
    };
    await withPlugins([plugin], async (shop) => {
      expect(await shop.ask('{ stock }', {}, { 'x-request-id': 'mine' })).toMatchObject({
        status: 500, errors: [{ message: 'Internal server error', extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: 'mine' } }],
      });
      expect(unexpected).toEqual(['the password is 1234']);
      expect(shop.log.filter(({ level }) => level === 'error')).toMatchObject([{ fields: { requestId: 'mine', err: { message: 'the password is 1234' } } }]);
    });
  });

  it('lives as long as the gateway', async () => {
    const told: string[] = [];
    class Living implements ApolloServerPlugin {
      readonly #name = 'living';

      serverWillStart({ schema }: { schema: { getQueryType(): { name: string } | null | undefined } }) {
        const name = this.#name;
        told.push(`${name} starts on ${schema.getQueryType()?.name}`);
        return Promise.resolve({
          schemaDidLoadOrUpdate: ({ coreSupergraphSdl }: { coreSupergraphSdl?: string }) => void told.push(`schema ${coreSupergraphSdl?.includes('join__Graph')}`),
          drainServer: () => Promise.resolve(void told.push('drain')),
          serverWillStop: () => Promise.resolve(void told.push('stop')),
        });
      }
    }
    await withPlugins([new Living()], () => {
      expect(told.splice(0)).toEqual(['living starts on Query', 'schema true']);
      return Promise.resolve();
    });
    expect(told).toEqual(['drain', 'stop']);
  });

  it('that drains a server does so as the gateway begins to stop, and may fail', async () => {
    const told: string[] = [];
    const draining = (drainServer: () => Promise<void>): ApolloServerPlugin => ({
      serverWillStart: () => Promise.resolve({ drainServer, serverWillStop: () => Promise.resolve(void told.push('stop')) }),
    });
    const shop = await RunningShop.start({}, { plugins: [
      draining(() => Promise.reject(new Error('It is stuck'))), draining(() => Promise.resolve(void told.push('drain'))),
    ] });
    const answer = shop.ask('{ slow }').then(({ data }) => void told.push(`answered ${String(data?.['slow'])}`));
    await shop.until(() => shop.shop.calls.length === 1);
    const stopping = shop.drain(5_000);
    await shop.until(() => told.length === 1);
    expect(told).toEqual(['drain']);
    shop.shop.gate.resolve(undefined);
    await Promise.all([answer, stopping]);
    expect(told).toEqual(['drain', 'answered done', 'stop', 'stop']);
    expect(shop.log).toMatchObject([{ level: 'error', fields: { err: { message: 'It is stuck' } } }]);
  });

  it.each(['identity', 'gzip'])('that sets a header which can\'t be sent makes an error of the answer (%s)', async (encoding) => {
    const breaking: ApolloServerPlugin<PluginContext> = {
      requestDidStart: () => Promise.resolve({ willSendResponse: ({ response: { http } }) => Promise.resolve(void http.headers.set('x-mine', 'two\nlines')) }),
    };
    await withPlugins([breaking], async (shop) => {
      const query = `{ ${Array.from({ length: 150 }, (_, index) => `longEnoughToBePacked${index}: reviewCount`).join(' ')} }`;
      expect(await shop.ask(query, {}, { 'accept-encoding': encoding })).toMatchObject({ status: 500, errors: [{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }] });
    });
  });

  it('that reports usage to Apollo Studio finds all that it reports', async () => {
    const reports: string[] = [];
    const studio = createServer((request, response) => {
      request.toArray().then((chunks: Buffer[]) => {
        reports.push(gunzipSync(Buffer.concat(chunks)).toString('latin1'));
        response.end();
      }, () => response.destroy());
    });
    const port = await listen(studio, '127.0.0.1', 0);
    Object.assign(process.env, { APOLLO_KEY: 'service:shop:secret', APOLLO_GRAPH_REF: 'shop@test' });
    const plugin = ApolloServerPluginUsageReporting({ endpointUrl: urlOf('127.0.0.1', port, ''), sendReportsImmediately: true });
    await withPlugins([plugin], async (shop) => {
      await shop.ask('query Counted { reviewCount }', {}, { 'apollographql-client-name': 'web' });
      await shop.ask('{ nothing }');
      await shop.until(() => reports.length === 2);
      expect(reports[0]).toContain('# Counted\nquery Counted{reviewCount}');
      expect(reports[0]).toContain('shop@test');
      expect(reports[0]).toContain('web');
      expect(reports[1]).toContain('## GraphQLValidationFailure');
    }).finally(() => {
      delete process.env['APOLLO_KEY'];
      delete process.env['APOLLO_GRAPH_REF'];
      studio.close();
    });
  });

  it('that can\'t start keeps the gateway from starting, and hears of it', async () => {
    const told: string[] = [];
    const failing: ApolloServerPlugin = {
      serverWillStart: () => Promise.reject(new Error('No key')),
      startupDidFail: ({ error }) => Promise.resolve(void told.push(error.message)),
    };
    await expect(RunningShop.start({}, { plugins: [failing] })).rejects.toThrow('No key');
    expect(told).toEqual(['No key']);
  });

  it.each([['a text', '<p>Welcome</p>'], ['made anew', () => Promise.resolve('<p>Welcome</p>')]])('shows browsers its landing page, %s', async (_, html) => {
    await withPlugins([{ serverWillStart: () => Promise.resolve({ renderLandingPage: () => Promise.resolve({ html }) }) }], async (shop) => {
      const page = await fetch(shop.url, { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } });
      expect([page.status, page.headers.get('content-type'), await page.text()]).toEqual([200, 'text/html; charset=utf-8', '<p>Welcome</p>']);
      expect((await shop.ask('{ reviewCount }', {}, { accept: 'text/html, */*' })).data).toEqual({ reviewCount: 1 });
    });
  });
});
