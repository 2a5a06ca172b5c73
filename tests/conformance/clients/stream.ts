import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { Deviation } from '../deviation';
import { EventStreamReader, type ServerSentEvent } from './event-stream-reader';
import { PartsReader } from './parts-reader';
import type { End, Following, GraphQLErrorText, Result, Subscribing } from './following';

const accepted = { sse: 'text/event-stream', multipart: 'multipart/mixed;subscriptionSpec=1.0, application/json' } as const;

/** A subscription whose results come in one HTTP response that goes on. */
abstract class Stream implements Following {
  readonly results: Result[] = [];
  end: End | undefined;
  place: string | undefined;
  /** All that came. */
  text = '';

  protected constructor(readonly response: IncomingMessage) {
    response.setEncoding('utf8').on('data', (chunk: string) => {
      this.text += chunk;
      this.read(chunk);
    });
    response.on('close', () => this.over({ kind: 'lost', reason: `${response.statusCode ?? 0}: ${this.text.slice(-300)}` }));
    // That it is lost shows in its closing.
    response.on('error', () => undefined);
  }

  leave(): void {
    this.response.destroy();
  }

  vanish(): void {
    this.response.destroy();
  }

  pause(): void {
    this.response.pause();
  }

  resume(): void {
    this.response.resume();
  }

  protected abstract read(chunk: string): void;

  protected over(end: End): void {
    this.end ??= end;
  }
}

/** GraphQL over SSE, distinct connections mode. */
export class EventStreamClient extends Stream {
  readonly events: ServerSentEvent[] = [];
  private readonly reader = new EventStreamReader();

  static async open(url: string, subscribing: Subscribing, headers?: Readonly<Record<string, string>>): Promise<EventStreamClient> {
    return new EventStreamClient(await ask(url, 'sse', subscribing, headers));
  }

  protected read(chunk: string): void {
    for (const event of this.reader.read(chunk)) {
      this.events.push(event);
      if (event.id !== undefined) this.place = event.id;
      if (event.event === 'complete') this.over({ kind: 'complete' });
      if (event.event !== 'next' || event.data === undefined) continue;
      const result = JSON.parse(event.data) as Result;
      // What has no data at all is no event, but why there are none any more.
      if (result.data === undefined && result.errors) this.over({ kind: 'error', errors: result.errors });
      else this.results.push(result);
    }
  }
}

/** Apollo's multipart protocol for subscriptions. */
export class MultipartClient extends Stream {
  heartbeats = 0;
  readonly parts: PartsReader;

  private constructor(response: IncomingMessage) {
    super(response);
    this.parts = new PartsReader(/boundary="?([^";]+)"?/.exec(response.headers['content-type'] ?? '')?.[1] ?? '-');
  }

  static async open(url: string, subscribing: Subscribing, headers?: Readonly<Record<string, string>>): Promise<MultipartClient> {
    return new MultipartClient(await ask(url, 'multipart', subscribing, headers));
  }

  protected read(chunk: string): void {
    for (const body of this.parts.read(chunk)) {
      const { payload, errors } = JSON.parse(body) as { payload?: Result | null; errors?: readonly GraphQLErrorText[] };
      if (payload) this.results.push(payload);
      if (errors) this.over({ kind: 'error', errors });
      if (payload === undefined && !errors) this.heartbeats += 1;
    }
    if (this.parts.isClosed) this.over({ kind: 'complete' });
  }
}

/** @throws {Deviation} if what comes is no stream. */
async function ask(url: string, kind: keyof typeof accepted, { query, variables, token, cursor }: Subscribing, headers: Readonly<Record<string, string>> = {}): Promise<IncomingMessage> {
  const asked = request(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json', accept: accepted[kind],
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...(cursor === undefined ? {} : { 'last-event-id': cursor }), ...headers,
    },
  });
  asked.end(JSON.stringify({ query, ...(variables ? { variables } : {}) }));
  const [response] = await once(asked, 'response') as [IncomingMessage];
  const type = response.headers['content-type'] ?? 'nothing';
  if (!type.startsWith(kind === 'sse' ? 'text/event-stream' : 'multipart/mixed')) {
    response.destroy();
    throw new Deviation(`a response of type ${accepted[kind]}`, `${response.statusCode ?? 0} ${type}`);
  }
  return response;
}
