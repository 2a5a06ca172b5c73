import type { JWTPayload } from 'jose';

/** Who sends an operation. */
export type Caller =
  /** Authorization is off. */
  | { readonly kind: 'unchecked' }
  | { readonly kind: 'anonymous' }
  | {
    readonly kind: 'identified';
    /** Of the verified token, all of them. */
    readonly claims: JWTPayload;
    readonly scopes: ReadonlySet<string>;
    /** Milliseconds since 1970; infinite for a token without exp. */
    readonly expiresAt: number;
  };

/** What a caller may do, as far as the supergraph's access rules can tell. */
export type Rights =
  | { readonly kind: 'all' }
  | { readonly kind: 'none' }
  | { readonly kind: 'scopes'; readonly scopes: ReadonlySet<string> };

export const unchecked: Caller = { kind: 'unchecked' };
export const anonymous: Caller = { kind: 'anonymous' };

export function rightsOf(caller: Caller): Rights {
  switch (caller.kind) {
    case 'unchecked': return { kind: 'all' };
    case 'anonymous': return { kind: 'none' };
    case 'identified': return { kind: 'scopes', scopes: caller.scopes };
  }
}

/** Equal for callers between whom no rule distinguishes. `scopes`: those that some rule names. */
export function rightsKey(rights: Rights, scopes: ReadonlySet<string>): string {
  if (rights.kind !== 'scopes') return rights.kind;
  return ['scopes', ...[...rights.scopes].filter((scope) => scopes.has(scope)).sort()].join(' ');
}
