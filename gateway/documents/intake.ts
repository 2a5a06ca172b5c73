import { GraphQLError } from 'graphql';
import { clientError } from '../errors/client-errors';
import type { PreparedOperation } from '../planning/prepared-operation';
import type { Caller } from '../security/caller';
import { identityOf } from '../security/identity';
import type { RateLimiter } from '../security/rate-limiter';
import type { CurrentGraph } from '../supergraph/current-graph';
import type { ServedGraph } from '../supergraph/served-graph';
import { requestedDocument } from './requested-document';
import type { DocumentParameters, KnownDocuments } from './requested-document';

/** A GraphQL request's parts, their types checked. */
export interface OperationParameters extends DocumentParameters {
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** An operation with the graph that is to answer it, or what is wrong with it. */
export type TakenIn =
  | { readonly kind: 'operation'; readonly graph: ServedGraph; readonly prepared: PreparedOperation }
  | {
    readonly kind: 'refused';
    readonly status: number;
    readonly errors: readonly GraphQLError[];
    /** When it may be asked for again, where that alone is wrong. */
    readonly retryAfterMs?: number;
  };

/** The one way in for operations, whichever transport they come by. Answers at once. `remoteAddress`: whom callers without a name are told apart by. */
export type Intake = (parameters: OperationParameters, caller: Caller, remoteAddress?: string) => TakenIn;

interface IntakeParts extends KnownDocuments {
  readonly limiter: RateLimiter | undefined;
}

export function intake(graphs: CurrentGraph, { limiter, ...known }: IntakeParts): Intake {
  const isLimitedByCost = limiter !== undefined && limiter.limit.by !== 'operation';
  return (parameters, caller, remoteAddress) => {
    // Whatever is wrong with it, it counts: reading it is work.
    const identity = limiter ? identityOf(caller, remoteAddress) : '';
    const waitMs = limiter?.take(identity);
    if (waitMs !== undefined) return tooMany(waitMs);
    const requested = requestedDocument(parameters, known);
    if (requested.kind === 'refused') return requested;
    const graph = graphs.current;
    const document = graph.documents.open(requested.text, requested.hash);
    if (document.kind === 'invalid') return { kind: 'refused', status: 400, errors: document.errors };
    if (requested.toKeep) known.persisted?.keep(requested.hash, requested.text);
    const prepared = document.select(parameters.operationName);
    if (prepared instanceof GraphQLError) return { kind: 'refused', status: 400, errors: [prepared] };
    const waitForCostMs = isLimitedByCost ? limiter.take(identity, prepared.cost.chargeBeyondOne(prepared.variables.withDefaults(parameters.variables))) : undefined;
    return waitForCostMs === undefined ? { kind: 'operation', graph, prepared } : tooMany(waitForCostMs);
  };
}

function tooMany(retryAfterMs: number): TakenIn {
  return { kind: 'refused', status: 429, errors: [clientError('RATE_LIMITED', `Too many operations: try again in ${retryAfterMs} ms`, { retryAfterMs })], retryAfterMs };
}
