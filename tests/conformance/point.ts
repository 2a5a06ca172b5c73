import type { Trial } from './trial';

/** What of its surroundings a point needs to be tested at all. */
export type Need =
  /** That the suite has started the gateway itself. */
  | 'process'
  /** That the gateway takes the suite's tokens. */
  | 'tokens'
  /** A transport, which the gateway has to serve at all. */
  | 'socket' | 'sse' | 'multipart';

/** The sentence that a gateway is held to. */
export interface Sentence {
  readonly document: string;
  readonly says: string;
}

/** One thing that a gateway does or doesn't. */
export interface Point {
  /** `<group>.<name>`; it never changes. */
  readonly name: string;
  /** `core`: what any gateway owes its clients; `extension`: what docs/subscriptions.md adds. */
  readonly kind: 'core' | 'extension';
  readonly holds: Sentence;
  readonly needs?: readonly Need[];
  /** Whether it does to subgraphs or to the gateway what other points would notice. */
  readonly alone?: boolean;
  /** @throws {Deviation} if the gateway does something else. @throws {NotTested} if that can't be found out. */
  readonly check: (trial: Trial) => Promise<void>;
}

/** What the project itself says; a test finds each sentence there. */
export const protocol = (says: string): Sentence => ({ document: 'docs/subscriptions.md', says });
export const transportWs = (says: string): Sentence => ({ document: 'graphql-transport-ws', says });
export const graphqlSse = (says: string): Sentence => ({ document: 'graphql-sse', says });
export const multipartProtocol = (says: string): Sentence => ({ document: 'multipart protocol', says });
export const graphqlSpec = (says: string): Sentence => ({ document: 'GraphQL', says });
export const federation = (says: string): Sentence => ({ document: 'Apollo Federation', says });
