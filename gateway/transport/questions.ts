import type { Cancellation } from './cancellation';
import type { Endpoint } from './endpoint';
import { GivenUp, wasNotSent } from './failures';
import type { RequestText } from './request-text';
import type { TextResult } from './result-answer';
import { pauseBefore, RetryBudget } from './retries';
import type { Rotation } from './rotation';

export interface Question {
  readonly text: RequestText;
  /** As JSON. */
  readonly variables: string;
  /** Names and values in turn. */
  readonly headers: string[];
  /** Whether it may be asked again though it may have been carried out. */
  readonly mayBeRepeated: boolean;
  readonly cancellation?: Cancellation | undefined;
}

interface QuestionsOptions {
  /** For all attempts together. */
  readonly timeoutMs: number;
  /** How often a question is asked again at most. */
  readonly retries: number;
  /** Operations are named by their hashes. */
  readonly persistedQueries: boolean;
}

/** Asks a subgraph's instances until one gives a result, as far as asking again is allowed and of use. */
export class Questions {
  private readonly budget = new RetryBudget();

  constructor(private readonly options: QuestionsOptions) {}

  /** @throws what kept the last attempt from its result. */
  async ask(endpoints: Rotation<Endpoint>, question: Question): Promise<TextResult> {
    const endpoint = endpoints.next();
    if (!endpoint) throw new Error('it has no address');
    const { timeoutMs } = this.options;
    this.budget.asked();
    const deadline = performance.now() + timeoutMs;
    try {
      return await this.pose(endpoint, question, timeoutMs);
    } catch (error) {
      return await this.askAgain(endpoints, question, { endpoint, error, deadline });
    }
  }

  private async askAgain(endpoints: Rotation<Endpoint>, question: Question, first: { readonly endpoint: Endpoint; readonly error: unknown; readonly deadline: number }): Promise<TextResult> {
    let { endpoint, error } = first;
    const refusing = new Set<Endpoint>();
    for (let retries = 0; ;) {
      if (question.cancellation?.isCancelled) throw new GivenUp();
      const next = endpoints.next(endpoint);
      if (!next) throw error;
      if (wasNotSent(error)) refusing.add(endpoint);
      // Where nothing was sent, another is asked at once, and no load is added.
      if (!wasNotSent(error) || refusing.has(next)) {
        retries += 1;
        if (!question.mayBeRepeated || retries > this.options.retries) throw error;
        const pause = pauseBefore(error, retries);
        if (pause === undefined || performance.now() + pause >= first.deadline || !this.budget.take()) throw error;
        // Another instance has not failed: it need not be left time.
        if (next === endpoint) await paused(pause, question.cancellation);
      }
      if (question.cancellation?.isCancelled) throw new GivenUp();
      try {
        return await this.pose(next, question, Math.max(1, first.deadline - performance.now()));
      } catch (failure) {
        [endpoint, error] = [next, failure];
      }
    }
  }

  private async pose(endpoint: Endpoint, { text, variables, headers, cancellation }: Question, timeoutMs: number): Promise<TextResult> {
    const post = (naming: 'text' | 'hash' | 'both'): Promise<TextResult> => endpoint.post({ body: text.body(variables, naming), headers, timeoutMs, cancellation });
    if (!this.options.persistedQueries || endpoint.hashes === 'not taken') return post('text');
    const answer = await post('hash');
    const problem = problemWithHash(answer);
    if (problem === 'not found' || problem === undefined) endpoint.hashes = 'taken';
    switch (problem) {
      case undefined: return answer;
      case 'not found': return post('both');
      case 'not supported': {
        endpoint.hashes = 'not taken';
        return post('text');
      }
      case 'other': {
        if (endpoint.hashes === 'taken') return answer;
        // It may not know the protocol, and miss the text. Nothing was carried out.
        const second = await post('text');
        if (second.result.data !== undefined) endpoint.hashes = 'not taken';
        return second;
      }
    }
  }
}

/** Until the time is over, or nobody waits any more. */
function paused(milliseconds: number, cancellation: Cancellation | undefined): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    cancellation?.listen(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Whether an operation was refused, and why, as Apollo's protocol of persisted queries says it. */
function problemWithHash({ result: { data, errors = [] } }: TextResult): 'not found' | 'not supported' | 'other' | undefined {
  if (data !== undefined) return undefined;
  for (const { message, extensions } of errors) {
    // Subgraphs' errors need not have them, whatever the type of results says.
    const code = (extensions as Readonly<Record<string, unknown>> | undefined)?.['code'];
    if (code === 'PERSISTED_QUERY_NOT_FOUND' || message === 'PersistedQueryNotFound') return 'not found';
    if (code === 'PERSISTED_QUERY_NOT_SUPPORTED' || message === 'PersistedQueryNotSupported') return 'not supported';
  }
  return 'other';
}
