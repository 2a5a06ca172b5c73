import { Cancellation, unlessAborted } from './cancellation';
import { GivenUp } from './failures';
import { news } from './news';
import { resultAgain } from './result-answer';
import type { TextResult } from './result-answer';
import type { SubgraphResult } from './subgraph-transport';

/** A query on its way. */
interface Flight {
  readonly headers: string;
  readonly startedAt: number;
  /** How much had been heard of subgraphs when it began. */
  readonly newsBefore: number;
  /** Undefined when it is over: the tables that a map has outgrown hold on to their entries, and each to the next, until all memory is collected. */
  answer: Promise<TextResult> | undefined;
  /** Undefined where whoever began it can't leave. */
  readonly cancellation: Cancellation | undefined;
  waiting: number;
}

/** Queries of one operation that are on their way, by their variables. */
export type Flights = Map<string, Flight>;

interface Asked {
  readonly flights: Flights;
  /** As JSON. */
  readonly variables: string;
  /** Equal for equal headers. */
  readonly headers: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Lets identical queries of the same instant share one request: same operation, same variables, same headers. Each gets a result of its own, read from the same text.
 * A query never shares one that may be older than what its client knows: one that began more than `instantMs` ago, or before something new was heard
 * (a mutation was answered, an event came).
 */
export class SingleFlight {
  constructor(private readonly instantMs: number) {}

  ask({ flights, variables, headers, signal }: Asked, send: (cancellation: Cancellation | undefined) => Promise<TextResult>): Promise<SubgraphResult> {
    if (signal?.aborted) return Promise.reject(new GivenUp());
    const known = flights.get(variables);
    const now = performance.now();
    const isOpen = known !== undefined && known.newsBefore === news.count && now - known.startedAt <= this.instantMs && known.cancellation?.isCancelled !== true;
    const open = isOpen ? known.answer : undefined;
    if (known && open && known.headers === headers) return this.wait(known, open, signal, resultAgain);
    const cancellation = signal && new Cancellation();
    const answer = send(cancellation);
    const flight: Flight = { headers, startedAt: now, newsBefore: news.count, cancellation, waiting: 0, answer };
    // One with others' headers stays as long as it can be shared.
    if (!open) {
      flights.set(variables, flight);
      const over = (): void => {
        flight.answer = undefined;
        if (flights.get(variables) === flight) flights.delete(variables);
      };
      answer.then(over, over);
    }
    return this.wait(flight, answer, signal, ({ result }) => result);
  }

  private wait(flight: Flight, answer: Promise<TextResult>, signal: AbortSignal | undefined, read: (answer: TextResult) => SubgraphResult): Promise<SubgraphResult> {
    flight.waiting += 1;
    if (!signal) return answer.then(read);
    return unlessAborted(answer, signal, (reject) => {
      flight.waiting -= 1;
      if (flight.waiting === 0) flight.cancellation?.cancel();
      reject(new GivenUp());
    }).then(read);
  }
}
