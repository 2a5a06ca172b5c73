import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import { parseJson } from '../json/parse-json';
import type { Endpoint } from './endpoint';
import { EventStreamParser } from './event-stream-parser';
import type { StreamedEvent } from './event-stream-parser';
import { AnswerTimedOut, AnswerTooLarge, concernsSubgraph, UnusableAnswer } from './failures';
import { isCursor } from './positions';
import { RequestText, variablesText } from './request-text';
import { resultIn } from './result-answer';
import { ResultStream } from './result-stream';
import { eventOf, refusal } from './results';
import { SubgraphUnreachable } from './subgraph-transport';
import type { SubgraphRequest } from './subgraph-transport';

interface EventStreamParts {
  readonly subgraph: string;
  readonly endpoint: Endpoint;
  /** Until the stream begins. */
  readonly timeoutMs: number;
  /** Of one event. */
  readonly maxEventBytes: number;
}

/** Events taken in before anybody read them; above it the connection is not read. */
const maxQueuedEvents = 32;
const maxQueuedBytes = 4 * 1024 * 1024;
/** How long a stream that has shown that it sends comments may send nothing. */
const longestSilenceMs = 60_000;

/**
 * A subscription over server-sent events: the distinct connections mode of the protocol of graphql-sse. A stream that ends without `complete` is a lost one. A block with
 * an id and no data tells a position; the id of an event is not looked at, for its cursor stands in it.
 */
export function subscribeOverEventStream(parts: EventStreamParts, request: SubgraphRequest, onEnd: () => void): ResultStream {
  const subscription = new EventStreamSubscription(parts, onEnd);
  subscription.begin(request);
  return subscription.stream;
}

class EventStreamSubscription implements Dispatcher.DispatchHandler {
  readonly stream: ResultStream;
  private readonly parser: EventStreamParser;
  private controller: Dispatcher.DispatchController | undefined;
  private phase: 'waiting' | 'streaming' | 'refused' | 'ended' = 'waiting';
  private timer: NodeJS.Timeout;
  private sendsComments = false;
  /** Of an answer that is no stream. */
  private readonly refusedWith: Buffer[] = [];
  private refusedLength = 0;
  private status = 0;
  private headers: IncomingHttpHeaders = {};

  constructor(private readonly parts: EventStreamParts, private readonly onEnd: () => void) {
    this.stream = new ResultStream({
      onPull: () => {
        if (this.stream.queued < maxQueuedEvents / 2 && this.stream.queuedBytes < maxQueuedBytes / 2) this.controller?.resume();
      },
      onReturn: () => this.close(),
    });
    this.parser = new EventStreamParser({
      event: (event) => this.take(event),
      comment: () => { this.sendsComments = true; },
    }, parts.maxEventBytes);
    this.timer = setTimeout(() => this.lose(new AnswerTimedOut(parts.timeoutMs)), parts.timeoutMs).unref();
  }

  begin({ operation, variables, headers }: SubgraphRequest): void {
    const { endpoint } = this.parts;
    try {
      endpoint.streaming.dispatch({
        method: 'POST',
        path: endpoint.path,
        headers: { ...headers, 'content-type': 'application/json', accept: 'text/event-stream', 'accept-encoding': 'identity' },
        body: new RequestText(operation).body(variablesText(variables)),
        headersTimeout: 0,
        bodyTimeout: 0,
      }, this);
    } catch (error) {
      this.lose(error);
    }
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.phase === 'ended') controller.abort(new Error('the subscription was left'));
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    if (this.phase === 'ended') return;
    this.status = status;
    this.headers = headers;
    const isStream = status === 200 && /^text\/event-stream\s*(?:;|$)/i.test(headers['content-type'] ?? '');
    this.phase = isStream ? 'streaming' : 'refused';
    if (!isStream) return;
    clearTimeout(this.timer);
    this.parts.endpoint.answered();
    this.timer = setTimeout(() => this.onSilence(), longestSilenceMs).unref();
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.phase === 'streaming') {
      this.timer.refresh();
      try {
        this.parser.push(chunk);
      } catch (error) {
        return this.lose(error);
      }
      if (this.stream.queued >= maxQueuedEvents || this.stream.queuedBytes >= maxQueuedBytes) controller.pause();
    } else if (this.phase === 'refused') {
      this.refusedLength += chunk.length;
      if (this.refusedLength > this.parts.maxEventBytes) return this.lose(new AnswerTooLarge(this.parts.maxEventBytes));
      this.refusedWith.push(chunk);
    }
  }

  onResponseEnd(): void {
    if (this.phase === 'streaming') this.lose(new Error('the stream ended before it was complete'));
    else if (this.phase === 'refused') void this.refuse();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.lose(error);
  }

  private take({ event, data, id }: StreamedEvent): void {
    if (this.phase !== 'streaming') return;
    if (event === 'complete') return this.finish();
    if (event === 'next') {
      const result = eventOf(parseJson(data ?? ''));
      this.stream.push(result, data?.length ?? 0);
      if (result.data === undefined) this.finish();
    } else if (data === undefined && isCursor(id)) {
      this.stream.push({ position: id });
    }
  }

  /** Another answer than a stream: a refusal, if it is GraphQL. */
  private async refuse(): Promise<void> {
    const answer = { status: this.status, headers: this.headers, body: Buffer.concat(this.refusedWith) };
    try {
      const { result } = await resultIn(answer, this.parts.maxEventBytes);
      if (result.data !== undefined) throw new UnusableAnswer('the result of a query where a stream was asked for', answer.status, '');
      this.parts.endpoint.answered();
      this.stream.push(refusal(result.errors ?? []));
      this.finish();
    } catch (error) {
      this.lose(error);
    }
  }

  /** Others may send nothing for as long as nothing happens. */
  private onSilence(): void {
    if (this.sendsComments && this.controller?.paused === false) this.lose(new Error('the subgraph does not answer any more'));
    else this.timer.refresh();
  }

  private finish(): void {
    if (this.phase === 'ended') return;
    this.stream.end();
    this.close();
  }

  private lose(reason: unknown): void {
    if (this.phase === 'ended') return;
    if (concernsSubgraph(reason)) this.parts.endpoint.failed(reason);
    this.stream.fail(new SubgraphUnreachable(this.parts.subgraph, reason));
    this.close();
  }

  private close(): void {
    this.phase = 'ended';
    clearTimeout(this.timer);
    this.controller?.abort(new Error('the subscription was left'));
    this.onEnd();
  }
}
