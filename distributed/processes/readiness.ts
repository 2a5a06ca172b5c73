import type { Dependency, Readiness } from '@test-planning/kernel/health';

/**
 * Ready when nothing is wrong with what this process can't do without; what else it stands on shows in the details.
 * @param vital a part of all
 * @param parts what each part of its work stands on: `queries` and `commands` show as `ready`, or with what is wrong
 */
export const readinessOf = (vital: readonly Dependency[], all: readonly Dependency[], parts: Readonly<Record<string, readonly Dependency[]>> = {}): Readiness => ({
  ok: vital.every((dependency) => dependency.problem() === undefined),
  details: {
    ...Object.fromEntries(all.map((dependency) => [dependency.name, dependency.problem() ?? 'fine'])),
    ...Object.fromEntries(Object.entries(parts).map(([part, dependencies]) => [part, problemOf(dependencies) ?? 'ready'])),
  },
});

const problemOf = (dependencies: readonly Dependency[]): string | undefined => {
  for (const dependency of dependencies) {
    const problem = dependency.problem();
    if (problem !== undefined) return problem;
  }
  return undefined;
};
