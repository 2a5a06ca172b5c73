import type { Condition } from '@test-planning/kernel/read-models';
import type { Identity } from '@test-planning/kernel/subgraph';
import { subjectKinds, type SubjectKind } from '../recording/subject';

/** What it takes to know of things of each kind; processes are everybody's in the lab. */
const scopeFor: Readonly<Record<SubjectKind, string | null>> = { experiment: 'experiments:read', method: 'methods:read', process: null };

/** Whether somebody may know of things of this kind. */
export const covers = ({ scopes }: Identity, kind: SubjectKind): boolean => {
  const scope = scopeFor[kind];
  return scope === null || scopes.includes(scope);
};

/** Leaves out of a feed what the identity's scopes don't cover. */
export const visibleTo = (identity: Identity): Condition[] => {
  const visible = subjectKinds.filter((kind) => covers(identity, kind));
  return visible.length === subjectKinds.length ? [] : [{ field: 'about', anyOf: visible }];
};
