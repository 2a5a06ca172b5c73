import type { NewFeedEntry } from '@test-planning/kernel/feeds';
import type { ViewWrite } from '@test-planning/kernel/read-models';
import { labFeed, type AuditEntryRecord } from './audit-entry';
import { notificationFeed, notificationOwner, type NotificationRecord } from './notification';

/** All that is written because of one message. Writing it again changes nothing. */
export interface Recording {
  entries: readonly NewFeedEntry[];
  writes: readonly ViewWrite[];
}

export const nothingToRecord: Recording = { entries: [], writes: [] };

export const auditEntry = (lab: string, entry: AuditEntryRecord): NewFeedEntry =>
  ({ feed: labFeed.name, owner: lab, key: entry.id, entry });

export const notification = (lab: string, userId: string, entry: NotificationRecord): NewFeedEntry =>
  ({ feed: notificationFeed.name, owner: notificationOwner(lab, userId), key: entry.id, entry });
