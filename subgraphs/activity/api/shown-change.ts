import type { Identity } from '@test-planning/kernel/subgraph';
import type { Change } from '@test-planning/schema/api';
import type { AuditEntryRecord, RecordedChange } from '../recording/audit-entry';
import { covers } from './scopes';

/** The field of an experiment that holds ids of methods. */
const METHODS_FIELD = 'methods';

/** Returns a change as the identity may see it. Of an experiment's methods, ids are shown to a caller who may read methods. */
export const shownChange = (identity: Identity, { at, actor, command, subject }: AuditEntryRecord, { version, type, reason, fields }: RecordedChange): Change => {
  const hidesMethods = subject.kind === 'experiment' && !covers(identity, 'method');
  const shown = fields.map((change) => (hidesMethods && change.field === METHODS_FIELD ? { ...change, before: null, after: null } : change));
  return { version, type, at, actor, commandId: command.id, reason, fields: shown };
};
