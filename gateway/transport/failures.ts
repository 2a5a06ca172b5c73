/** Nobody waits for the answer any more. */
export class GivenUp extends Error {
  override readonly name = 'AbortError';
  constructor() {
    super('The request was given up by whoever asked');
  }
}

/** An answer did not come in the time that it had. */
export class AnswerTimedOut extends Error {
  override readonly name = 'AnswerTimedOut';
  constructor(timeoutMs: number) {
    super(`no whole answer within ${timeoutMs} ms`);
  }
}

/** An answer was cut off because it is longer than is allowed. */
export class AnswerTooLarge extends Error {
  override readonly name = 'AnswerTooLarge';
  constructor(maxBytes: number) {
    super(`an answer of more than ${maxBytes} bytes`);
  }
}

/** More requests wait for a subgraph than are kept. */
export class TooManyWaiting extends Error {
  override readonly name = 'TooManyWaiting';
  constructor(waiting: number) {
    super(`${waiting} requests wait for it already`);
  }
}

const excerptLength = 200;

/** Something came, but no GraphQL result. `message` quotes the beginning of it, for the log. */
export class UnusableAnswer extends Error {
  override readonly name = 'UnusableAnswer';
  /** The same without what came, for those who may not see that. */
  readonly summary: string;
  /** `retryAfterMs`: what the answer said of when to come back. */
  constructor(problem: string, readonly status: number, body: string, readonly retryAfterMs?: number) {
    const summary = `status ${status} and ${problem}`;
    // As JSON it is one line, whatever it was.
    super(body === '' ? summary : `${summary}: ${JSON.stringify(body.slice(0, excerptLength))}`);
    this.summary = summary;
  }
}

/** No connection came about, so that nothing can have been carried out. */
export function wasNotSent(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.every(wasNotSent);
  if (error instanceof TooManyWaiting) return true;
  const { code, syscall } = error as NodeJS.ErrnoException;
  return syscall === 'connect' || syscall === 'getaddrinfo' || code === 'UND_ERR_CONNECT_TIMEOUT';
}

/** A connection ended under the request, as a kept one may whose server stops. */
export function wasBrokenOff(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'EPIPE';
}

/** What stands before the subgraph, or the subgraph itself, says that it can't answer just now. */
export function isOverloaded(error: unknown): error is UnusableAnswer {
  return error instanceof UnusableAnswer && (error.status === 502 || error.status === 503 || error.status === 504);
}

/** Whether an error says something of the subgraph, and not of one question or answer alone. */
export function concernsSubgraph(error: unknown): boolean {
  return !(error instanceof GivenUp || error instanceof AnswerTooLarge || error instanceof TooManyWaiting);
}

/** Errors of several addresses together have no message of their own. */
export function problemOf(error: unknown): string {
  if (error instanceof UnusableAnswer) return error.summary;
  if (error instanceof AggregateError && error.message === '') return error.errors.map(String).join('; ');
  return error instanceof Error && error.message !== '' ? error.message : String(error);
}
