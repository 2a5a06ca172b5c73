/** What a gateway answers, or tells of an event. */
export interface Result {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly GraphQLErrorText[];
}

export interface GraphQLErrorText {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: Readonly<Record<string, unknown>>;
}

/** How a subscription ended: in due form, with errors that end it, or because the connection was lost. */
export type End =
  | { readonly kind: 'complete' }
  | { readonly kind: 'error'; readonly errors: readonly GraphQLErrorText[] }
  | { readonly kind: 'lost'; readonly code?: number; readonly reason: string };

/** A subscription as its client sees it, over whichever transport. */
export interface Following {
  readonly results: readonly Result[];
  readonly end: End | undefined;
  /** The last place that the transport told. */
  readonly place: string | undefined;
  /** Wants no more of it, and says so. */
  leave(): void;
  /** The client is gone without a word. */
  vanish(): void;
  /** Reads no more from the connection, until `resume`. */
  pause(): void;
  resume(): void;
}

export interface Subscribing {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  /** A bearer token. */
  readonly token?: string;
  /** Where to begin, as the transport says it. */
  readonly cursor?: string;
}

/** The codes of all errors. */
export const codesOf = (errors: readonly GraphQLErrorText[] | undefined): readonly unknown[] => (errors ?? []).map(({ extensions }) => extensions?.['code']);

/**
 * What a subscription was refused or ended with: by the transport's own message, or as a last result that has errors, and null wherever it could have data.
 * Both are as clear to a client.
 */
export const finalErrors = ({ end, results }: Following): readonly GraphQLErrorText[] | undefined => {
  if (end?.kind === 'error') return end.errors;
  const last = results.at(-1);
  return end?.kind === 'complete' && isRefusal(last) ? last?.errors : undefined;
};

const isRefusal = (result: Result | undefined): boolean => result?.errors !== undefined && Object.values(result.data ?? {}).every((value) => value === null);

/** Those results that are an event's. */
export const eventsOf = ({ results, end }: Following): readonly Result[] => (end?.kind === 'complete' && isRefusal(results.at(-1)) ? results.slice(0, -1) : results);
