import { createServer } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginInlineTrace } from '@apollo/server/plugin/inlineTrace';
import { startStandaloneServer } from '@apollo/server/standalone';
import { Report } from '@apollo/usage-reporting-protobuf';
import type { ITracesAndStats, Trace } from '@apollo/usage-reporting-protobuf';
import { listen, urlOf } from '@test-planning/kernel/http';
import { startGateway } from '../../service';
import { AnsweringServer } from '../../testing/answering-server';
import { compose } from '../../testing/running-shop';
import { subgraphSchema } from '../../testing/subgraph-schema';
import { httpTransport } from '../../transport/http-transport';
import { usageReporting } from './usage-reporting';

const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])\n';
const traced = {
  name: 'traced',
  sdl: `${link} type Query { book: Book  wrong: Int } type Book @key(fields: "id") { id: ID!  title: String }`,
  resolvers: { Query: { book: () => ({ id: '1', title: 'Emma' }), wrong: () => { throw new Error('secret'); } } },
};
const plain = { name: 'plain', sdl: `${link} type Query { stock: Int } type Book @key(fields: "id") { id: ID!  copies: Int }`, resolvers: {} };

/** Apollo's ingress, as far as reports go. */
async function startIngress() {
  const reports: Report[] = [];
  const keys: unknown[] = [];
  let told: (() => void) | undefined;
  const server = createServer((request, response) => {
    request.toArray().then((chunks: Buffer[]) => {
      keys.push(request.headers['x-api-key']);
      reports.push(Report.decode(gunzipSync(Buffer.concat(chunks))));
      response.end();
      told?.();
    }, () => response.destroy());
  });
  const port = await listen(server, '127.0.0.1', 0);
  return {
    reports, keys,
    url: urlOf('127.0.0.1', port, ''),
    next: () => new Promise<void>((resolve) => { told = resolve; }),
    stop: () => server.close(),
  };
}

const fetchesIn = (node: Trace.IQueryPlanNode | null | undefined): Trace.QueryPlanNode.IFetchNode[] => (!node ? [] : [
  ...node.fetch ? [node.fetch] : [],
  ...[node.flatten?.node, ...node.sequence?.nodes ?? [], ...node.parallel?.nodes ?? []].flatMap((inner) => fetchesIn(inner)),
]);
const fieldsIn = (node: Trace.INode | null | undefined): string[] => (!node ? [] : [...node.responseName ? [`${node.parentType}.${node.responseName}`] : [], ...(node.child ?? []).flatMap(fieldsIn)]);

describe('usage reports', () => {
  let ingress: Awaited<ReturnType<typeof startIngress>>;
  let apollo: ApolloServer;
  let plainServer: AnsweringServer;
  let supergraph: string;

  beforeAll(async () => {
    ingress = await startIngress();
    apollo = new ApolloServer({ schema: subgraphSchema(traced.sdl, traced.resolvers), plugins: [ApolloServerPluginInlineTrace()] });
    const { url } = await startStandaloneServer(apollo, { listen: { port: 0, host: '127.0.0.1' } });
    plainServer = await AnsweringServer.start((response, { body }) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(String(body).includes('_entities') ? '{"data":{"_entities":[{"copies":3}]}}' : '{"data":{"stock":7}}');
    });
    supergraph = compose([traced, plain], { traced: url, plain: plainServer.url }).sdl;
    Object.assign(process.env, { APOLLO_KEY: 'service:shop:secret', APOLLO_GRAPH_REF: 'shop@test' });
  });

  afterAll(async () => {
    delete process.env['APOLLO_KEY'];
    delete process.env['APOLLO_GRAPH_REF'];
    await apollo.stop();
    await plainServer.stop();
    ingress.stop();
  });

  /** The part of a report that one operation is told of in. */
  async function reported(query: string, traceRatio: number): Promise<{ report: Report; key: string; told: ITracesAndStats; answer: { data: unknown } }> {
    const before = ingress.reports.length;
    const gateway = await startGateway({ supergraph, host: '127.0.0.1', port: 0, auth: { mode: 'off' } }, {
      logger: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
      transport: (subgraph) => httpTransport(subgraph),
      plugins: [usageReporting({ endpoint: ingress.url, traceRatio, sendsImmediately: true })],
    });
    try {
      const came = ingress.next();
      const response = await fetch(gateway.url, {
        method: 'POST', body: JSON.stringify({ query }),
        headers: { 'content-type': 'application/json', 'apollographql-client-name': 'web', 'apollographql-client-version': '1.2' },
      });
      const answer = await response.json() as { data: unknown };
      await came;
      const report = ingress.reports[before];
      const [[key, told] = []] = Object.entries(report?.tracesPerQuery ?? {});
      if (!report || key === undefined || !told) throw new Error('No operation was reported');
      return { report, key, told, answer };
    } finally {
      await gateway.stop({ graceMs: 0 });
    }
  }

  const traceIn = ({ trace }: ITracesAndStats): Trace => {
    const [one] = trace ?? [];
    if (!one || one instanceof Uint8Array) throw new Error('No trace was reported');
    return one as Trace;
  };

  it('hold the trace of each subgraph that gives one, in the form of the plan', async () => {
    const { report, key, told, answer } = await reported('query Shelf { book { title copies } }', 1);
    expect(answer).toEqual({ data: { book: { title: 'Emma', copies: 3 } } });
    expect(ingress.keys.at(-1)).toBe('service:shop:secret');
    expect([report.header?.graphRef, key, Number(report.operationCount)]).toEqual(['shop@test', '# Shelf\nquery Shelf{book{copies title}}', 1]);
    const trace = traceIn(told);
    expect([trace.clientName, trace.clientVersion, trace.fieldExecutionWeight]).toEqual(['web', '1.2', 1]);
    expect(Number(trace.durationNs)).toBeGreaterThan(0);
    const fetches = fetchesIn(trace.queryPlan);
    expect(fetches.map(({ serviceName }) => serviceName)).toEqual(['traced', 'plain']);
    expect(fieldsIn(fetches[0]?.trace?.root)).toEqual(expect.arrayContaining(['Query.book', 'Book.title']));
    expect(fetches[1]?.trace ?? null).toBeNull();
    expect(plainServer.received.at(-1)?.headers['apollo-federation-include-trace']).toBe('ftv1');
  });

  it('hold the errors of subgraphs, without their words', async () => {
    const { told, answer } = await reported('query Wrong { wrong }', 1);
    expect(answer.data).toEqual({ wrong: null });
    const [fetched] = fetchesIn(traceIn(told).queryPlan);
    expect(fetched?.trace?.root?.child?.[0]?.error?.map(({ message }) => message)).toEqual(['<masked>']);
  });

  it('say that no field was observed where no subgraph gives a trace', async () => {
    const { told } = await reported('query Stock { stock }', 1);
    const [stats] = told.statsWithContext as readonly { queryLatencyStats: { requestCount: unknown; requestsWithoutFieldInstrumentation: unknown }; context: object; perTypeStat: object }[];
    expect(told.trace ?? []).toEqual([]);
    expect([Number(stats?.queryLatencyStats.requestCount), Number(stats?.queryLatencyStats.requestsWithoutFieldInstrumentation)]).toEqual([1, 1]);
    expect(stats?.context).toMatchObject({ clientName: 'web', clientVersion: '1.2' });
    expect(stats?.perTypeStat).toEqual({});
  });

  it('say the same of an operation that was not picked, of which no subgraph is asked for a trace', async () => {
    const { told } = await reported('query Untraced { stock }', 0);
    expect(told.trace ?? []).toEqual([]);
    const [stats] = told.statsWithContext as readonly { queryLatencyStats: { requestsWithoutFieldInstrumentation: unknown } }[];
    expect(Number(stats?.queryLatencyStats.requestsWithoutFieldInstrumentation)).toBe(1);
    expect(plainServer.received.at(-1)?.headers['apollo-federation-include-trace']).toBeUndefined();
  });

  it('count an operation that is not valid', async () => {
    const { key, report } = await reported('{ nothing }', 1);
    expect([key, Number(report.operationCount)]).toEqual(['## GraphQLValidationFailure\n', 0]);
  });
});
