import { readScopes, type ReadableKind } from './user-commands';

interface StoredRefusal {
  code: string;
  message: string;
  details?: Readonly<Record<string, unknown>> | undefined;
}

/** A refusal as one caller may see it. */
export interface VisibleRefusal {
  code: string;
  message: string;
  details: Readonly<Record<string, unknown>> | null;
}

/**
 * Returns the refusal without what the caller's scopes don't cover. Every way to a refusal goes through here: outcomes, the audit trail, steps of processes.
 * `kinds`: what the details can tell of; they are null unless the scopes cover all of these. Code and message tell nothing of a thing.
 */
export const visibleRefusal = ({ code, message, details }: StoredRefusal, kinds: readonly ReadableKind[], scopes: readonly string[]): VisibleRefusal => ({
  code,
  message,
  details: details !== undefined && kinds.every((kind) => scopes.includes(readScopes[kind])) ? details : null,
});
