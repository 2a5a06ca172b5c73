/** What is stored or sent, by kind: the file of its samples, and whom a difference breaks. */
export const kinds = {
  names: 'What was stored under the old name is not found any more: topics, groups, tables and collections begin empty, and consumers of a topic hear nothing.',
  commands: 'A command that was accepted before the update and not handled yet is parked, and so is everything of its key; its sender waits for ever.',
  commits: 'Streams that hold such a commit can not be folded: every further command on these experiments, methods or processes is parked, and a rebuild fails.',
  publications: 'Consumers of the topic, the activity worker first, can not read what is on the log: the audit trail, notifications and outcomes miss it.',
  'feed-entries': 'The audit trail, notifications and subscriptions can not show entries that were stored before; those resumed by a cursor fail.',
  cursors: 'Clients that hold such a cursor are refused with CURSOR_INVALID: pages can not be turned, subscriptions can not be resumed.',
  parked: 'Messages that are parked can not be shown, redriven or skipped, and dead letters can not be read by the operators\' tools.',
} as const;

export type Kind = keyof typeof kinds;

/** Samples by name; each is JSON. */
export type Samples = Record<string, unknown>;
