import { createHash } from 'node:crypto';
import { HeaderMap } from '@apollo/server';
import type { GraphQLRequestContext } from '@apollo/server';
import { Kind, parse, print } from 'graphql';
import type { DocumentNode, GraphQLError } from 'graphql';
import type { PluginContext } from '../../config';
import type { OperationParameters, TakenIn } from '../../documents/intake';
import type { FetchTraces } from '../../execution/fetch-traces';
import type { OperationResult } from '../../execution/operation-result';
import type { PreparedOperation } from '../../planning/prepared-operation';
import type { CurrentGraph } from '../../supergraph/current-graph';
import { cachePolicy } from './cache-policy';
import type { PluginHost } from './plugin-host';

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

/** What plugins are told of a request; more and more of it is known as the request goes on. */
export type RequestContext = Mutable<GraphQLRequestContext<PluginContext>>;

/** A request whose caller is known, taken in or refused. */
export interface HookedRequest {
  readonly http: { readonly method: string; readonly headers: HeaderMap; readonly search: string; readonly body: unknown };
  readonly parameters: OperationParameters;
  readonly taken: TakenIn;
  readonly contextValue: PluginContext;
  /** Runs the operation, with its errors as clients see them. `traces`: asks subgraphs for traces. */
  execute(traces: FetchTraces | undefined): Promise<OperationResult>;
  /** What a client may see of an error that a plugin threw. */
  present(error: unknown): GraphQLError;
  /** Of the answer, unless a plugin says otherwise. */
  statusOf(result: OperationResult): number;
}

export function requestContext({ logger, cache }: PluginHost, graph: CurrentGraph, { http, parameters, taken, contextValue }: HookedRequest): RequestContext {
  const { query, operationName, variables, extensions } = parameters;
  const served = taken.kind === 'operation' ? taken.graph : graph.current;
  return {
    logger, cache, contextValue,
    schema: served.supergraph.apiSchema,
    request: { ...(query === undefined ? {} : { query }), ...(operationName === undefined ? {} : { operationName }), variables, extensions, http },
    response: { http: { status: undefined, headers: new HeaderMap() } },
    metrics: { persistedQueryHit: false, persistedQueryRegister: false },
    overallCachePolicy: cachePolicy(),
    requestIsBatched: false,
  };
}

/** Fills in the operation's text, or what it comes to where the client sent a hash alone. False if there is none, as for an unknown hash. */
export function resolveSource(context: RequestContext, { parameters: { query, extensions }, taken }: HookedRequest): boolean {
  const { persistedQuery } = extensions;
  context.metrics.persistedQueryHit = isHashed(persistedQuery) && !query && taken.kind === 'operation';
  context.metrics.persistedQueryRegister = isHashed(persistedQuery) && Boolean(query);
  if (query) {
    context.source = query;
    context.queryHash = taken.kind === 'operation' ? sourceOf(taken.prepared, query).hash : hashOf(query);
  } else if (taken.kind === 'operation') {
    const { text, hash } = sourceOf(taken.prepared);
    context.source = text;
    context.queryHash = isHashed(persistedQuery) ? persistedQuery.sha256Hash : hash;
  } else {
    return false;
  }
  return true;
}

function isHashed(persistedQuery: unknown): persistedQuery is { readonly sha256Hash: string } {
  return typeof persistedQuery === 'object' && persistedQuery !== null && 'sha256Hash' in persistedQuery && typeof persistedQuery.sha256Hash === 'string';
}

/** Fills in the parsed document: of an operation with as much as belongs to it, of one that is not valid all that is there. */
export function resolveDocument(context: RequestContext, { taken }: HookedRequest): void {
  // What was refused is not kept; that it can be parsed has been seen before.
  context.document = taken.kind === 'operation' ? sourceOf(taken.prepared).document : parse(context.source ?? '', { noLocation: true });
}

interface OperationSource {
  readonly document: DocumentNode;
  readonly text: string;
  /** SHA-256, in hexadecimal. */
  readonly hash: string;
}

const sources = new WeakMap<PreparedOperation, OperationSource>();

/** Worked out once for each operation, as it was first asked for. */
function sourceOf(prepared: PreparedOperation, given?: string): OperationSource {
  const before = sources.get(prepared);
  if (before && (given === undefined || given === before.text)) return before;
  const document: DocumentNode = { kind: Kind.DOCUMENT, definitions: [prepared.operation, ...prepared.fragments.values()] };
  const text = given ?? print(document);
  const made = { document, text, hash: hashOf(text) };
  sources.set(prepared, made);
  return made;
}

const hashOf = (source: string): string => createHash('sha256').update(source).digest('hex');
