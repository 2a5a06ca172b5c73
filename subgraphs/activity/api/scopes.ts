import type { Condition } from '@test-planning/kernel/read-models';
import type { Identity } from '@test-planning/kernel/subgraph';
import { readScopes } from '@test-planning/schema/messages';
import { subjectKinds, type SubjectKind } from '../recording/subject';

/** Whether the identity may know of things of this kind. Processes are everybody's in the lab. */
export const covers = ({ scopes }: Identity, kind: SubjectKind): boolean => kind === 'process' || scopes.includes(readScopes[kind]);

/** Leaves out of a feed what the identity's scopes don't cover. */
export const visibleTo = (identity: Identity): Condition[] => {
  const visible = subjectKinds.filter((kind) => covers(identity, kind));
  return visible.length === subjectKinds.length ? [] : [{ field: 'about', anyOf: visible }];
};
