import type { DocumentNode, ExecutionResult, OperationTypeNode } from 'graphql';
import type { Seat } from './seat';

/** A subgraph as the supergraph names it. `url` is empty where the supergraph gives no address. */
export interface SubgraphAddress {
  readonly name: string;
  readonly url: string;
}

/** One operation of a subgraph: made once and asked for often, so that a transport can keep by it whatever it has to work out only once. */
export interface SubgraphOperation {
  readonly kind: OperationTypeNode;
  readonly query: string;
  /** `query`, parsed, where its maker has it: a transport that executes in process then need not parse. */
  readonly document?: DocumentNode | undefined;
  readonly operationName?: string | undefined;
}

/** An operation, asked for once. */
export interface SubgraphRequest {
  readonly operation: SubgraphOperation;
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
  /** What travels beside the operation, names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal?: AbortSignal | undefined;
  /** Of a subscription: what it takes along from one attempt to the next. */
  readonly seat?: Seat | undefined;
}

export type SubgraphResult = ExecutionResult<Record<string, unknown>, Record<string, unknown>>;

/** A place in a resumable subscription, told without an event: everything up to it has been delivered. */
export interface Position {
  readonly position: string;
}

/** What a subscription brings. */
export type SubgraphMessage = SubgraphResult | Position;

export const isPosition = (message: SubgraphMessage): message is Position => 'position' in message;

/** Whether a subgraph answers, as was seen last. */
export type Reach = { readonly kind: 'unknown' } | { readonly kind: 'reached' } | { readonly kind: 'unreachable'; readonly problem: string };

/**
 * The gateway's only way to a subgraph. A GraphQL error is part of a result; what is thrown is a
 * {@link SubgraphUnreachable}: nobody knows whether the operation was carried out.
 */
export interface SubgraphTransport {
  /** A mutation is never sent twice. Identical queries of one instant may be asked once; the result is the caller's own all the same, to change as it likes. */
  execute(request: SubgraphRequest): Promise<SubgraphResult>;
  /**
   * The events of a subscription, in order, with positions between them where the subgraph tells any. `return()` and the request's signal cancel it upstream. A subscription that is refused yields
   * one result with errors and no data, and ends. The next event is asked for only when the reader pulls it; a transport that can't hold
   * back the events of one subscription alone for as long as its reader takes ends it by a {@link ReaderTooSlow}, behind those that it has taken in.
   */
  subscribe(request: SubgraphRequest): AsyncIterableIterator<SubgraphMessage>;
  /** Answers at once. A transport without it always reaches its subgraph. */
  reach?(): Reach;
  /** Closes connections and ends open subscriptions. Safe to call twice. */
  stop(): Promise<void>;
}

/** The subgraph gave no GraphQL answer. `message` names the subgraph and is fit for a client. */
export class SubgraphUnreachable extends Error {
  override readonly name = 'SubgraphUnreachable';
  constructor(readonly subgraph: string, cause: unknown) {
    super(`The subgraph "${subgraph}" can't be reached`, { cause });
  }
}

/** A subscription's events came faster than they were taken. `message` says who was slow, as far as that is known, and is fit for a client. */
export class ReaderTooSlow extends Error {
  override readonly name = 'ReaderTooSlow';
  constructor(readonly subgraph: string, slow = 'The gateway') {
    super(`${slow} did not keep up with the events of the subgraph "${subgraph}", and the subscription has ended: subscribe again, from the last cursor if there is one`);
  }
}
