import type { Identity } from '@test-planning/kernel/subgraph';
import { labFeed, type AuditEntryRecord } from '../recording/audit-entry';
import { notificationFeed, notificationOwner, type NotificationRecord } from '../recording/notification';
import type { FeedOf } from './places';

/** The feed of the identity's lab. */
export const labFeedOf = ({ lab }: Identity): FeedOf<AuditEntryRecord> => ({ definition: labFeed, lab, owner: lab });

/** The identity's own notifications. */
export const notificationsOf = ({ lab, userId }: Identity): FeedOf<NotificationRecord> =>
  ({ definition: notificationFeed, lab, owner: notificationOwner(lab, userId) });
