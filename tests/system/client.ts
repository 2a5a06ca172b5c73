import { createClient, type Client } from 'graphql-ws';
import { WebSocket } from 'ws';
import { within } from './within';

export interface GraphQLFault {
  message: string;
  path?: (string | number)[];
  extensions?: { code?: string; field?: string; [more: string]: unknown };
}

export interface Answer<Data> {
  data?: Data | null;
  errors?: GraphQLFault[];
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- answers are JSON of whatever shape the test's own query asks for
export type Json = any;

/** There was no answer, so it isn't known whether the request was handled. */
export class ConnectionLost extends Error {
  override name = 'ConnectionLost';
}

/** Somebody with a token: a person at a browser, or a program. */
export interface LabClient {
  readonly token: string;
  /** Data and errors, whatever the HTTP status. */
  request<Data = Json>(query: string, variables?: object): Promise<Answer<Data>>;
  /** Data; throws where there are errors. */
  data<Data = Json>(query: string, variables?: object): Promise<Data>;
  /** Opens a subscription on the client's socket; resolves at once, events wait in the iterator. */
  subscribe<Data = Json>(query: string, variables?: object): AsyncIterableIterator<Answer<Data>>;
  close(): Promise<void>;
}

export const connect = (url: string, token: string): LabClient => {
  let socket: Client | undefined;
  const request = async <Data>(query: string, variables?: object): Promise<Answer<Data>> => {
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ query, variables }),
      });
      return (await response.json()) as Answer<Data>;
    } catch (cause) {
      throw new ConnectionLost(`No answer from ${url}`, { cause });
    }
  };
  return {
    token,
    request,
    data: async <Data>(query: string, variables?: object): Promise<Data> => {
      const { data, errors } = await request<Data>(query, variables);
      if (errors || !data) throw new Error(`Request failed: ${JSON.stringify(errors ?? data)}`);
      return data;
    },
    subscribe: <Data>(query: string, variables?: object) => {
      socket ??= createClient({
        url: url.replace(/^http/, 'ws'),
        webSocketImpl: WebSocket,
        connectionParams: { authorization: `Bearer ${token}` },
        retryAttempts: 0,
      });
      return socket.iterate({ query, variables: variables as Record<string, unknown> | undefined }) as AsyncIterableIterator<Answer<Data>>;
    },
    close: async () => {
      await socket?.dispose();
    },
  };
};

const EVENT_WITHIN_MS = 10_000;

/** The next event's data; throws on errors, when the subscription has ended, and when nothing comes for 10 s. */
export const next = async <Data = Json>(events: AsyncIterator<Answer<Data>>): Promise<Data> => {
  const { value, done } = await within(EVENT_WITHIN_MS, 'an event', events.next());
  const answer = value as Answer<Data> | undefined;
  if (done || !answer) throw new Error('The subscription has ended');
  if (answer.errors || !answer.data) throw new Error(`The event has errors: ${JSON.stringify(answer.errors)}`);
  return answer.data;
};

/** The errors that a subscription ends with instead of an event; throws if an event comes. */
export const failure = async (events: AsyncIterator<Answer<Json>>): Promise<GraphQLFault[]> => {
  const first = await within(
    EVENT_WITHIN_MS,
    'an error',
    events.next().catch((error: unknown) => error),
  );
  if (Array.isArray(first)) return first as GraphQLFault[];
  throw new Error(`Instead of being refused, the subscription gave ${JSON.stringify(first)}`, { cause: first });
};

/** Expects the subscription to have ended, with nothing more delivered. */
export const ended = async (events: AsyncIterator<Answer<Json>>): Promise<void> => {
  const last = await within(EVENT_WITHIN_MS, 'the end of the subscription', events.next());
  if (!last.done) throw new Error(`The subscription went on with ${JSON.stringify(last.value)}`);
};
