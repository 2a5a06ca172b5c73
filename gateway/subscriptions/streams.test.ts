import { once } from 'node:events';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { eventually } from '@test-planning/kernel/testing';
import { createClient } from 'graphql-sse';
import { Feed } from '../testing/feed';
import { compose, RunningShop } from '../testing/running-shop';
import { inProcessTransport } from '../transport/in-process-transport';

describe('subscriptions over HTTP', () => {
  let feed: Feed;
  let gateway: RunningShop;
  beforeEach(async () => {
    feed = new Feed();
    const { sdl } = compose([feed.source()]);
    gateway = await RunningShop.start({ supergraph: sdl }, { transport: () => inProcessTransport({ schema: feed.schema(), contextOf: (headers) => ({ headers }) }) });
  });
  afterEach(() => gateway.stop());

  /** A response as it comes, chunk by chunk. */
  class Stream {
    text = '';
    isOver = false;
    private constructor(readonly response: IncomingMessage) {
      response.setEncoding('utf8').on('data', (chunk: string) => { this.text += chunk; }).on('close', () => { this.isOver = true; });
    }

    static async open(url: string, query: string, headers: Record<string, string>, variables?: object): Promise<Stream> {
      const asked = request(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers } });
      asked.end(JSON.stringify({ query, variables }));
      const [response] = await once(asked, 'response') as [IncomingMessage];
      return new Stream(response);
    }
  }
  const added = 'subscription($after: Cursor) { added(after: $after) { number } }';

  it('are server-sent events with the cursor as their id, and go on behind the last one that a client got', async () => {
    const accept = { accept: 'text/event-stream' };
    const stream = await Stream.open(gateway.url, added, accept);
    expect(stream.response.headers['content-type']).toBe('text/event-stream; charset=utf-8');
    await eventually(() => expect(feed.open).toBe(1));
    feed.append('one');
    feed.append('two');
    await eventually(() => expect(stream.text).toContain('event: next\nid: @1\ndata: {"data":{"added":{"number":1}}}\n\nevent: next\nid: @2\ndata: {"data":{"added":{"number":2}}}\n\n'));
    stream.response.destroy();
    await eventually(() => expect(feed.open).toBe(0));
    feed.append('three');
    // The place that the transport tells is where its client has got to since it began.
    const again = await Stream.open(gateway.url, added, { ...accept, 'last-event-id': '@2' }, { after: '@0' });
    await eventually(() => expect(again.text).toBe(':\n\nevent: next\nid: @3\ndata: {"data":{"added":{"number":3}}}\n\n'));
    again.response.destroy();
  });

  it('are there for an EventSource, which can only GET', async () => {
    const address = `${gateway.url}?${new URLSearchParams({ query: added, variables: '{"after":"@0"}' })}`;
    feed.append('one');
    const response = await fetch(address, { headers: { accept: 'text/event-stream', 'sec-fetch-site': 'same-origin' } });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    while (!text.includes('"number":1')) text += (await reader?.read())?.value ?? '';
    await reader?.cancel();
  });

  it("are understood by the protocol's own client, queries as well", async () => {
    const client = createClient({ url: gateway.url, retryAttempts: 0 });
    const heard: unknown[] = [];
    const query = await client.iterate({ query: '{ head }' }).next();
    expect(query.value).toEqual({ data: { head: 0 } });
    const unsubscribe = client.subscribe({ query: added }, { next: ({ data }) => heard.push(data), error: () => undefined, complete: () => undefined });
    await eventually(() => expect(feed.open).toBe(1));
    feed.append('one');
    await eventually(() => expect(heard).toEqual([{ added: { number: 1 } }]));
    unsubscribe();
    await eventually(() => expect(feed.open).toBe(0));
  });

  it('are parts of one response, as Apollo Client asks for them', async () => {
    const stream = await Stream.open(gateway.url, added, { accept: 'multipart/mixed;boundary="graphql";subscriptionSpec=1.0,application/json' });
    expect(stream.response.headers['content-type']).toBe('multipart/mixed;boundary="graphql";subscriptionSpec=1.0');
    await eventually(() => expect(feed.open).toBe(1));
    feed.append('one');
    await eventually(() => expect(stream.text).toBe('\r\n--graphql\r\ncontent-type: application/json\r\n\r\n{"payload":{"data":{"added":{"number":1}}}}\r\n--graphql'));
    feed.refusal = 'GONE';
    stream.response.destroy();
    const refused = await Stream.open(gateway.url, added, { accept: 'multipart/mixed;subscriptionSpec="1.0"' });
    await eventually(() => expect(refused.isOver).toBe(true));
    expect(refused.text).toBe('\r\n--graphql\r\ncontent-type: application/json\r\n\r\n{"payload":null,"errors":[{"message":"Not now","path":["added"],"extensions":{"code":"GONE"}}]}\r\n--graphql--\r\n');
  });

  it('end with an error event where the subgraph refuses, and refuse a place where there are none', async () => {
    const stream = await Stream.open(gateway.url, 'subscription { heard { number } }', { accept: 'text/event-stream', 'last-event-id': '@1' });
    await eventually(() => expect(stream.isOver).toBe(true));
    expect(stream.text).toContain('"code":"BAD_USER_INPUT","field":"cursor"');
    expect(stream.text.endsWith('event: complete\ndata: \n\n')).toBe(true);
  });

  it('are refused for whom no form of them is acceptable', async () => {
    const { status, errors } = await gateway.ask(added);
    expect(status).toBe(400);
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', field: 'query' } }]);
  });

  it('share their upstream with those over sockets', async () => {
    const stream = await Stream.open(gateway.url, added, { accept: 'text/event-stream' });
    const results = gateway.client().iterate({ query: added });
    const first = results.next();
    await eventually(() => expect(feed.open).toBe(1));
    await gateway.client().iterate({ query: '{ head }' }).next();
    feed.append('one');
    expect((await first).value.data).toEqual({ added: { number: 1 } });
    await eventually(() => expect(stream.text).toContain('"number":1'));
    expect(feed.begun).toHaveLength(1);
    stream.response.destroy();
  });

  it('are told when to come back where the gateway stops', async () => {
    const stream = await Stream.open(gateway.url, added, { accept: 'text/event-stream' });
    await eventually(() => expect(feed.open).toBe(1));
    await gateway.drain(2_000);
    await eventually(() => expect(stream.isOver).toBe(true));
    expect(stream.text).toMatch(/retry: \d+\n\n$/);
  });
});
