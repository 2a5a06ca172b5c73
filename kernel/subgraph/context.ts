import { randomUUID } from 'node:crypto';
import { unauthenticated } from './errors';
import { identityHeader, type Identity, type IdentityVerifier } from './identity';

/** What resolvers know about the request. */
export interface SubgraphContext {
  /** Who asks. @throws UNAUTHENTICATED when nobody is vouched for: reading it is what makes a field need a token. */
  readonly identity: Identity;
  readonly requestId: string;
  /** W3C trace context of the request, where it has one. */
  readonly traceparent: string | undefined;
  /** Of a subscription whose reader can be told of places without events; undefined where nobody would hear of them. */
  readonly tellPosition?: TellPosition | undefined;
}

/**
 * Tells a place in a resumable subscription without an event: everything up to the cursor was handed over. Only the subscription's source calls it, and
 * only while its next event is being asked for: by then what it gave for the pull before has been sent.
 */
export type TellPosition = (cursor: string) => void;

/** Header names are in lower case. `signal` and `tellPosition` are a subscription's: the one is aborted when it is left, the other becomes the context's. */
export type ContextOf = (headers: Readonly<Record<string, string>>, signal?: AbortSignal, tellPosition?: TellPosition) => Promise<SubgraphContext>;

class RequestContext implements SubgraphContext {
  constructor(
    private readonly vouchedFor: Identity | undefined,
    private knownId: string | undefined,
    readonly traceparent: string | undefined,
    readonly tellPosition: TellPosition | undefined,
  ) {}

  /** Made when it is first needed, which is when something goes wrong. */
  get requestId(): string {
    return (this.knownId ??= randomUUID());
  }

  get identity(): Identity {
    if (!this.vouchedFor) throw unauthenticated();
    return this.vouchedFor;
  }
}

/** Makes a request's context from its headers. A bad token is no rejection here: the fields that need one refuse. */
export const contextFrom = (verify: IdentityVerifier): ContextOf => async (headers, _signal, tellPosition) =>
  new RequestContext(await verify(headers[identityHeader]), headers['x-request-id'], headers['traceparent'], tellPosition);

/** Something that every request has one of, made when it is first asked for. */
export function perRequest<Value>(make: (context: SubgraphContext) => Value): (context: SubgraphContext) => Value {
  const made = new WeakMap<SubgraphContext, Value>();
  return (context) => {
    const known = made.get(context);
    if (known !== undefined) return known;
    const value = make(context);
    made.set(context, value);
    return value;
  };
}
