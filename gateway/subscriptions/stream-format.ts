import type { GraphQLError } from 'graphql';
import type { Delivery } from './delivery';

/** How results are written into one HTTP response, part by part. */
export interface StreamFormat {
  readonly contentType: string;
  /** What comes before everything else. */
  readonly opening: string;
  readonly heartbeat: string;
  readonly heartbeatMs: number;
  /** Before and behind the result's own bytes, which many clients share. */
  around(delivery: Delivery): readonly [before: string, after: string];
  position(cursor: string): string;
  /** The whole of a stream for an operation that was not executed, from its result; absent where that is told by a status instead. */
  refusal?(result: string): string;
  /** The end, and why. */
  ending(errors: readonly GraphQLError[] | undefined): string;
  /** The end, because the gateway stops: the client is to come back after this time. */
  farewell(comeBackMs: number): string;
}

/** What would end a line is no id. */
const idLine = (cursor: string | undefined): string => (cursor === undefined || /[\r\n\0]/.test(cursor) ? '' : `id: ${cursor}\n`);

/** GraphQL over SSE, distinct connections mode: https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md */
export const eventStream: StreamFormat = {
  contentType: 'text/event-stream; charset=utf-8',
  opening: ':\n\n',
  heartbeat: ':\n\n',
  heartbeatMs: 12_000,
  around: ({ cursor }) => [`event: next\n${idLine(cursor)}data: `, '\n\n'],
  // Without data it is no event, but the id counts.
  position: (cursor) => (idLine(cursor) === '' ? '' : `${idLine(cursor)}\n`),
  refusal: eventStreamOf,
  ending: (errors) => (errors ? eventStreamOf(JSON.stringify({ errors })) : 'event: complete\ndata: \n\n'),
  farewell: (comeBackMs) => `retry: ${Math.round(comeBackMs)}\n\n`,
};

/** One result, and the end. */
function eventStreamOf(result: string): string {
  return `event: next\ndata: ${result}\n\nevent: complete\ndata: \n\n`;
}

// A part is complete for its reader when the next boundary has come, so that is written with it.
const part = (json: string): string => `\r\ncontent-type: application/json\r\n\r\n${json}\r\n--graphql`;

/** Apollo's protocol for subscriptions: https://www.apollographql.com/docs/graphos/routing/operations/subscriptions/multipart-protocol */
export const multipart: StreamFormat = {
  contentType: 'multipart/mixed;boundary="graphql";subscriptionSpec=1.0',
  opening: '\r\n--graphql',
  heartbeat: part('{}'),
  heartbeatMs: 5_000,
  around: () => ['\r\ncontent-type: application/json\r\n\r\n{"payload":', '}\r\n--graphql'],
  position: () => '',
  ending: (errors) => `${errors ? part(JSON.stringify({ payload: null, errors })) : ''}--\r\n`,
  farewell: () => `${part('{"payload":null,"errors":[{"message":"The gateway is shutting down: subscribe again","extensions":{"code":"UNAVAILABLE"}}]}')}--\r\n`,
};
