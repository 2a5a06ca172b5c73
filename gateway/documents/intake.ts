import { GraphQLError } from 'graphql';
import type { PreparedOperation } from '../planning/prepared-operation';
import type { Caller } from '../security/caller';
import type { CurrentGraph } from '../supergraph/current-graph';
import type { ServedGraph } from '../supergraph/served-graph';

/** A GraphQL request's parts, their types checked. */
export interface OperationParameters {
  readonly query: string;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly extensions: Readonly<Record<string, unknown>>;
}

/** An operation with the graph that is to answer it, or what is wrong with it. */
export type TakenIn =
  | { readonly kind: 'operation'; readonly graph: ServedGraph; readonly prepared: PreparedOperation }
  | { readonly kind: 'refused'; readonly status: number; readonly errors: readonly GraphQLError[] };

/** The one way in for operations, whichever transport they come by. Answers at once. */
export type Intake = (parameters: OperationParameters, caller: Caller) => TakenIn;

export function intake(graphs: CurrentGraph): Intake {
  return ({ query, operationName }) => {
    const graph = graphs.current;
    const document = graph.documents.open(query);
    if (document.kind === 'invalid') return { kind: 'refused', status: 400, errors: document.errors };
    const prepared = document.select(operationName);
    if (prepared instanceof GraphQLError) return { kind: 'refused', status: 400, errors: [prepared] };
    return { kind: 'operation', graph, prepared };
  };
}
