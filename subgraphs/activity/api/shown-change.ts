import type { Change } from '@test-planning/kernel/subgraph';
import type { AuditEntryRecord, RecordedChange } from '../recording/audit-entry';

/** A change as it is shown: with who made it, when, and by which command. */
export const shownChange = ({ at, actor, command }: AuditEntryRecord, { version, type, reason, fields }: RecordedChange): Change =>
  ({ version, type, at, actor, commandId: command.id, reason, fields: [...fields] });
