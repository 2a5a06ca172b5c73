import { clientError } from '../errors/client-errors';
import type { ErrorPresenter } from '../errors/error-presenter';
import type { Admitted } from '../execution/engine';
import type { EventSource, PreparedOperation } from '../planning/prepared-operation';
import { rightsKey, rightsOf } from '../security/caller';
import { placeText } from '../planning/resumption';
import type { Caller } from '../security/caller';
import { upstreamClaims } from '../security/internal-identity';
import type { ServedGraph } from '../supergraph/served-graph';
import { keyOfHeaders } from '../transport/upstream-headers';
import type { Headers } from '../transport/upstream-headers';
import type { Ending } from './reader';
import { normalised } from './subscription-key';

/** A subscription, asked for by one client. */
export interface SubscriptionRequest {
  readonly graph: ServedGraph;
  readonly prepared: PreparedOperation;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly caller: Caller;
  /** What of the client's own headers goes upstream. */
  readonly clientHeaders?: Headers | undefined;
  /** The place that the transport names, as a Last-Event-ID does: it wins over the field's argument. */
  readonly cursor?: unknown;
}

/** A subscription that may begin. */
export interface SettledSubscription {
  readonly kind: 'settled';
  readonly graph: ServedGraph;
  readonly admitted: Admitted;
  readonly source: EventSource;
  /** Equal for subscriptions that are equal in document, variables and authorization, wherever they begin. */
  readonly key: string;
  /** Where the client wants to begin; undefined for now. */
  readonly begin: string | undefined;
}

/** What of a subscription may begin, and where; or what its client is told instead. */
export function settle(request: SubscriptionRequest, presentErrors: ErrorPresenter): SettledSubscription | Ending {
  const { graph, prepared, variables, caller, clientHeaders } = request;
  try {
    const admission = graph.engine.admit({ prepared, variables, caller, clientHeaders });
    if (admission.kind === 'refused') return { kind: 'error', errors: admission.errors };
    const admitted = admission.request;
    const source = admitted.stages[0]?.source;
    if (!source) throw new Error('A subscription was planned as something else');
    const begin = placeOf(request, admitted, source);
    if (typeof begin === 'object') return begin;
    return { kind: 'settled', graph, admitted, source, begin, key: keyOf(admitted, source, graph) };
  } catch (error) {
    return { kind: 'error', errors: presentErrors([error]) };
  }
}

function placeOf({ cursor }: SubscriptionRequest, { withDefaults }: Admitted, { resumption }: EventSource): string | undefined | Ending {
  if (cursor !== undefined && cursor !== null) {
    if (!resumption) return refusal('A place is named for a subscription that can\'t be resumed');
    return typeof cursor === 'string' && cursor !== '' ? cursor : refusal('A place has to be a text that is not empty');
  }
  return placeText(resumption?.begin(withDefaults));
}

function keyOf({ prepared, withDefaults, caller, clientHeaders, use }: Admitted, { resumption }: EventSource, { supergraph }: ServedGraph): string {
  const { text, variables } = normalised(prepared, resumption?.resumable.argument);
  const identity = resumption?.resumable.identity;
  const claims = upstreamClaims(caller);
  const those = identity ? identity.filter((name) => claims[name] !== undefined).map((name) => [name, claims[name]]) : Object.entries(claims).sort(([one], [other]) => (one < other ? -1 : 1));
  // What is left out is not the same as null: an argument's default stands in for the one alone.
  const given = variables.filter((name) => withDefaults[name] !== undefined).map((name) => [name, withDefaults[name]]);
  return JSON.stringify([text, given, rightsKey(rightsOf(caller), supergraph.access.scopes), those, keyOfHeaders(clientHeaders), use.overrides.key]);
}

function refusal(message: string): Ending {
  return { kind: 'error', errors: [clientError('BAD_USER_INPUT', message, { field: 'cursor' })] };
}
