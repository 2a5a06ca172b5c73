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
}

/** Header names are in lower case. */
export type ContextOf = (headers: Readonly<Record<string, string>>) => Promise<SubgraphContext>;

class RequestContext implements SubgraphContext {
  constructor(
    private readonly vouchedFor: Identity | undefined,
    private knownId: string | undefined,
    readonly traceparent: string | undefined,
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
export const contextFrom = (verify: IdentityVerifier): ContextOf => async (headers) =>
  new RequestContext(await verify(headers[identityHeader]), headers['x-request-id'], headers['traceparent']);

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
