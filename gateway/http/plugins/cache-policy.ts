import type { GraphQLRequestContext } from '@apollo/server';

type CachePolicy = GraphQLRequestContext<object>['overallCachePolicy'];

/** For plugins to share what they know of how long an answer may be kept; the gateway itself says nothing about that. */
export function cachePolicy(): CachePolicy {
  return {
    maxAge: undefined,
    scope: undefined,
    restrict({ maxAge, scope }) {
      if (maxAge !== undefined) this.maxAge = Math.min(maxAge, this.maxAge ?? maxAge);
      if (scope !== undefined && this.scope !== 'PRIVATE') this.scope = scope;
    },
    replace({ maxAge, scope }) {
      this.maxAge = maxAge ?? this.maxAge;
      this.scope = scope ?? this.scope;
    },
    policyIfCacheable() {
      return this.maxAge ? { maxAge: this.maxAge, scope: this.scope ?? 'PUBLIC' } : null;
    },
  };
}
