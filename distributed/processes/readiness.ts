import type { Dependency, Readiness } from '@test-planning/kernel/health';

/**
 * Ready when nothing is wrong with what this process can't do without; what else it stands on shows in the details.
 * @param vital a part of all
 */
export const readinessOf = (vital: readonly Dependency[], all: readonly Dependency[]): Readiness => ({
  ok: vital.every((dependency) => dependency.problem() === undefined),
  details: Object.fromEntries(all.map((dependency) => [dependency.name, dependency.problem() ?? 'fine'])),
});
