import type { FeedDefinition } from '@test-planning/kernel/feeds';
import type { CommandReference } from './audit-entry';
import type { Subject } from './subject';

export type NotificationKind = 'COMMAND_DECIDED' | 'CHANGED_BY_OTHERS';
export type NotificationSeverity = 'SUCCESS' | 'INFO' | 'WARNING' | 'ERROR';

/** One entry of a person's feed, as it is stored for ever. */
export interface NotificationRecord {
  /** Unique in the feed, and the entry's key there. */
  id: string;
  at: string;
  kind: NotificationKind;
  severity: NotificationSeverity;
  /** For a person. */
  message: string;
  subject: Subject;
  command: CommandReference;
}

/** What one person should know. Owner: `<lab>/<user>`. */
export const notificationFeed: FeedDefinition<NotificationRecord> = {
  name: 'notifications',
  fields: {
    about: { kind: 'keywords', of: (entry) => [entry.subject.kind] },
  },
};

export const notificationOwner = (lab: string, userId: string): string => `${lab}/${userId}`;
