import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { Cancellation } from './cancellation';
import { AnswerTimedOut, AnswerTooLarge, GivenUp } from './failures';

interface HttpQuestion {
  readonly path: string;
  /** Names and values in turn. */
  readonly headers: string[];
  readonly body: string | Buffer;
  /** For the whole of it, from the first to the last byte, the wait for a connection included. */
  readonly timeoutMs: number;
  /** Of the answer as it travels. */
  readonly maxBytes: number;
  readonly cancellation?: Cancellation | undefined;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/**
 * Posts and reads the answer whole. Redirects are not followed. An answer that takes too long or gets too long is cut off with its connection.
 * @throws {AnswerTimedOut}, {AnswerTooLarge}, {GivenUp}, or whatever broke the connection.
 */
export function exchange(through: Dispatcher, question: HttpQuestion): Promise<HttpAnswer> {
  if (question.cancellation?.isCancelled) return Promise.reject(new GivenUp());
  return new Promise((resolve, reject) => new Exchange(question, resolve, reject).begin(through));
}

/** One request by undici's own interface: its others put a stream between the socket and us, which costs more than all that is done here. */
class Exchange implements Dispatcher.DispatchHandler {
  private controller: Dispatcher.DispatchController | undefined;
  private failure: Error | undefined;
  private readonly timer: NodeJS.Timeout;
  private status = 0;
  private headers: IncomingHttpHeaders = {};
  private first: Buffer | undefined;
  private others: Buffer[] | undefined;
  private length = 0;

  constructor(
    private readonly question: HttpQuestion,
    private readonly resolve: (answer: HttpAnswer) => void,
    private readonly reject: (error: Error) => void,
  ) {
    this.timer = setTimeout(expire, question.timeoutMs, this);
    question.cancellation?.listen(() => this.fail(new GivenUp()));
  }

  begin(through: Dispatcher): void {
    const { path, headers, body } = this.question;
    try {
      through.dispatch({ method: 'POST', path, headers, body, headersTimeout: 0, bodyTimeout: 0 }, this);
    } catch (error) {
      this.fail(error as Error);
    }
  }

  fail(error: Error): void {
    if (this.failure) return;
    this.failure = error;
    this.close();
    this.controller?.abort(error);
    this.reject(error);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.failure) controller.abort(this.failure);
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    this.status = status;
    this.headers = headers;
    if (Number(headers['content-length']) > this.question.maxBytes) this.fail(new AnswerTooLarge(this.question.maxBytes));
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.length += chunk.length;
    if (this.length > this.question.maxBytes) return this.fail(new AnswerTooLarge(this.question.maxBytes));
    if (this.first) (this.others ??= [this.first]).push(chunk);
    else this.first = chunk;
  }

  onResponseEnd(): void {
    if (this.failure) return;
    this.close();
    this.resolve({ status: this.status, headers: this.headers, body: this.others ? Buffer.concat(this.others, this.length) : this.first ?? empty });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.fail(error);
  }

  expire(): void {
    this.fail(new AnswerTimedOut(this.question.timeoutMs));
  }

  private close(): void {
    clearTimeout(this.timer);
    this.question.cancellation?.listen(undefined);
  }
}

const empty = Buffer.alloc(0);

/** One function for all, so that a timer needs no closure. */
function expire(exchange: Exchange): void {
  exchange.expire();
}
