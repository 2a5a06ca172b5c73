import type { LogRetention } from '@test-planning/kernel/sqlite';
import { topics } from '@test-planning/schema/messages';

const HOUR_MS = 60 * 60 * 1000;

/** Commands that were handled can go after a week, so that for so long it can be seen what was sent; events are kept. */
export const retention: LogRetention = { topics: [topics.experimentsCommands, topics.methodsCommands, topics.sagaInbox], keepMs: 7 * 24 * HOUR_MS, everyMs: HOUR_MS };
