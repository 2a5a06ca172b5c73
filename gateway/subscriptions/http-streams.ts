import type { IncomingMessage, ServerResponse } from 'node:http';
import { clientError } from '../errors/client-errors';
import type { HttpOperation, StreamHandler } from '../http/answer-operation';
import type { UnreadResponses } from '../http/unread-responses';
import { identityOf } from '../security/identity';
import type { Quota } from '../security/quota';
import type { Sessions } from '../security/sessions';
import type { ClientBuffers } from './client-buffers';
import { atInstant } from './deadline';
import { Delivery } from './delivery';
import { eventStream, multipart } from './stream-format';
import type { StreamFormat } from './stream-format';
import { StreamOutlet } from './stream-outlet';
import type { SubscriptionHub } from './subscription-hub';

interface HttpStreamsParts {
  readonly hub: SubscriptionHub;
  readonly sessions: Sessions;
  readonly subscriptions: Quota;
  readonly buffers: ClientBuffers;
  readonly unread: UnreadResponses;
  readonly now: () => number;
  readonly isDraining: () => boolean;
}

interface HttpStreams extends StreamHandler {
  /** Ends every stream; clients are told to come back at times of their own within `spreadMs`. */
  drain(spreadMs: number): void;
}

/** Subscriptions, and other operations whose clients ask for it, as HTTP responses that go on: server-sent events, or Apollo's multipart protocol. */
export function httpStreams(parts: HttpStreamsParts): HttpStreams {
  const open = new Set<StreamOutlet>();

  function begin(response: ServerResponse, format: StreamFormat): StreamOutlet {
    const outlet = new StreamOutlet(response, format, parts.buffers);
    open.add(outlet);
    parts.buffers.opened();
    response.once('close', () => {
      open.delete(outlet);
      parts.buffers.closed();
    });
    return outlet;
  }

  return {
    accepts: (accept) => formatOf(accept) !== undefined,
    refusalFor(accept) {
      const { contentType, refusal } = formatOf(accept) ?? {};
      return contentType !== undefined && refusal ? { contentType, around: refusal } : undefined;
    },
    answer(operation, request, response) {
      const format = formatOf(request.headers.accept ?? '');
      if (!format) {
        return refuse(response, 400, 'BAD_USER_INPUT', 'A subscription goes over a WebSocket (graphql-transport-ws), or as what accept has to name: text/event-stream, or multipart/mixed;subscriptionSpec=1.0', { field: 'query' });
      }
      return operation.taken.prepared.kind === 'subscription' ? follow(operation, request, response, format) : execute(operation, begin(response, format), response);
    },
    drain(spreadMs) {
      for (const outlet of [...open]) outlet.farewell(Math.random() * spreadMs);
    },
  };

  function follow({ taken: { graph, prepared }, caller, clientHeaders, parameters }: HttpOperation, request: IncomingMessage, response: ServerResponse, format: StreamFormat): void {
    // Of one that is closed already nobody would hear.
    if (response.destroyed) return;
    if (parts.isDraining()) return refuse(response, 503, 'UNAVAILABLE', 'The gateway is shutting down');
    const release = parts.subscriptions.acquire(identityOf(caller, request.socket.remoteAddress));
    if (!release) {
      const tooMany = `At most ${parts.subscriptions.perIdentity} subscriptions of one identity are open at once`;
      return format.refusal ? begin(response, format).error([clientError('RATE_LIMITED', tooMany)]) : refuse(response, 429, 'RATE_LIMITED', tooMany);
    }
    const outlet = begin(response, format);
    const cursor = request.headers['last-event-id'] ?? parameters.extensions?.['cursor'];
    const member = parts.hub.subscribe({ graph, prepared, variables: parameters.variables, caller, clientHeaders, cursor: cursor === '' ? undefined : cursor }, outlet);
    const forbid = (reason: string): void => outlet.error([clientError('UNAUTHENTICATED', reason)]);
    const endOfSession = parts.sessions.open(caller, forbid);
    const endOfToken = caller.kind === 'identified' ? atInstant(caller.expiresAt, parts.now, () => forbid('The token has expired')) : () => undefined;
    response.on('drain', () => parts.hub.drained(member));
    outlet.whenOver(() => {
      endOfSession();
      endOfToken();
      release();
      parts.hub.leave(member);
    });
  }

  async function execute({ taken: { graph, prepared }, caller, clientHeaders, parameters }: HttpOperation, outlet: StreamOutlet, response: ServerResponse): Promise<void> {
    const leaving = new AbortController();
    if (response.destroyed) leaving.abort();
    else response.once('close', () => leaving.abort());
    const letGo = graph.use.hold();
    try {
      const signal = prepared.kind === 'query' ? leaving.signal : undefined;
      const { text } = await graph.engine.executeToText({ prepared, caller, clientHeaders, variables: parameters.variables, signal });
      await outlet.answer(new Delivery(text, undefined), parts.unread);
    } finally {
      letGo();
    }
  }
}

function formatOf(accept: string): StreamFormat | undefined {
  for (const range of accept.toLowerCase().split(',')) {
    const [type, ...parameters] = range.split(';').map((text) => text.trim());
    if (type === 'text/event-stream') return eventStream;
    if (type === 'multipart/mixed' && parameters.some((parameter) => /^subscriptionspec="?1(\.0)?"?$/.test(parameter))) return multipart;
  }
  return undefined;
}

function refuse(response: ServerResponse, status: number, code: string, message: string, extensions: Readonly<Record<string, unknown>> = {}): void {
  const text = JSON.stringify({ errors: [clientError(code, message, extensions)] });
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(text) }).end(text);
}
