import type { StreamId } from '../messaging/streams';

/** A field that a view can be filtered or ordered by. Its value is taken from the document when it is written. */
export type ViewField<Document> =
  /**
   * One or several exact words: for `anyOf`. `isSelective`: people ask for words of it that few have, and finding these by it is worth an index,
   * where a store pays for each.
   */
  | { kind: 'keywords'; of: (document: Document) => readonly string[]; isSelective?: boolean }
  /** Compared as text, in the order of code points: for `range` and for ordering. Null comes last, either way. */
  | { kind: 'text'; of: (document: Document) => string | null; isOnlyFiltered?: boolean }
  /** Compared as a number: for `range` and for ordering. `isOnlyFiltered`, here and above: nobody orders by it. */
  | { kind: 'number'; of: (document: Document) => number | null; isOnlyFiltered?: boolean };

/** What a view is called, what can be asked of it, and under which version of that its documents were written. */
export interface ViewDefinition<Document = unknown> {
  name: string;
  /** Raised when documents or fields change: the view is then built anew from the events. */
  version: number;
  fields: Readonly<Record<string, ViewField<Document>>>;
  /** Text to search by words; a view without it can't be searched. */
  search?: (document: Document) => readonly string[];
  /** It is read for all labs at once, as workers do. */
  acrossLabs?: boolean;
}

/**
 * Puts a document, or removes it (`document: null`) leaving a tombstone. It counts only if `sequence` is higher than that of the
 * document or tombstone which is there, so writes may come again or late.
 */
export interface ViewWrite<Document = unknown> {
  view: string;
  lab: string;
  id: string;
  stream: StreamId;
  /** Of the stream, at the commit that this reflects. */
  sequence: number;
  document: Document | null;
}

/** All conditions of a query have to hold. */
export type Condition =
  | { field: string; anyOf: readonly string[] }
  | { field: string; from?: string | number; to?: string | number };

export interface OrderBy {
  field: string;
  direction: 'ascending' | 'descending';
}

/** The place of a document in an order: the value of the ordering field there, and its id. */
export interface KeysetPosition {
  value: string | number | null;
  id: string;
}

export interface ViewQuery {
  view: string;
  /** Undefined asks for every lab: for workers only. */
  lab: string | undefined;
  where?: readonly Condition[];
  /** Every word of it, as a prefix, has to occur in the view's search text; without regard to case or accents. */
  search?: string;
}

export interface ViewPageQuery extends ViewQuery {
  /** Ties are ordered by id, in the same direction. */
  orderBy: OrderBy;
  /** Only what comes behind this place in the order. */
  after?: KeysetPosition;
  /** Only what comes before this place in the order. */
  before?: KeysetPosition;
  /** With `fromEnd`: the last ones, still in the order asked for. */
  fromEnd?: boolean;
  limit: number;
}

export interface ViewPage<Document> {
  items: { id: string; document: Document; position: KeysetPosition }[];
  /** There is more in the direction of reading: behind the last item, or before the first with `fromEnd`. */
  hasMore: boolean;
}

/** Documents that answer queries; derived from the commits, so they can be dropped and rebuilt. */
export interface ReadModels {
  /** Resolves when all are durable. Each guards itself by its sequence. */
  write(writes: readonly ViewWrite[]): Promise<void>;
  get<Document>(view: string, lab: string, ids: readonly string[]): Promise<Map<string, Document>>;
  page<Document>(query: ViewPageQuery): Promise<ViewPage<Document>>;
  count(query: ViewQuery): Promise<number>;
  /** Pages in the order of the queries; one round trip where the store can. Rejects when any of them can't be answered. */
  pageEach<Document>(queries: readonly ViewPageQuery[]): Promise<ViewPage<Document>[]>;
  /** Counts in the order of the queries; one round trip where the store can. Rejects when any of them can't be answered. */
  countEach(queries: readonly ViewQuery[]): Promise<number[]>;
  /**
   * Calls `wake` after the document with this id was written, whoever wrote it; may call it without cause. It is a wake-up, no delivery:
   * read to learn what is there. Returns how to end it.
   */
  watch(view: string, lab: string, id: string, wake: () => void): () => void;
}

/** What an API is given: it reads the views and never writes one. */
export type QueryableReadModels = Omit<ReadModels, 'write'>;
