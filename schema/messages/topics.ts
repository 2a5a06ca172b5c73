/** Every topic of the log. The key is the stream, or the process for the inbox. */
export const topics = {
  experimentsCommands: 'experiments.commands',
  experimentsEvents: 'experiments.events',
  experimentsDeadLetters: 'experiments.dead-letters',
  methodsCommands: 'methods.commands',
  methodsEvents: 'methods.events',
  methodsDeadLetters: 'methods.dead-letters',
  sagaInbox: 'saga.inbox',
  sagaEvents: 'saga.events',
  sagaDeadLetters: 'saga.dead-letters',
} as const;

export type Topic = (typeof topics)[keyof typeof topics];

/** The kinds of streams, as they stand in a stream id. */
export const streamKinds = { experiment: 'experiment', method: 'method', process: 'process' } as const;
