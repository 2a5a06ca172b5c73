/** An event is made up from its group and its number, so that a feed that was killed has them all again. */
export interface Entry {
  readonly number: number;
  readonly text: string;
  readonly cursor: string;
}

export const entry = (group: string, number: number): Entry => ({
  number, text: `Experiment ${number % 1_000} of ${group} was moved to the next step of its protocol by its owner`, cursor: String(number),
});

export const query = 'subscription Added($group: String!, $after: Cursor) { added(group: $group, after: $after) { number text cursor } }';

/** The message of graphql-transport-ws that brings an event. */
export const nextMessage = (id: string, event: Entry): string => JSON.stringify({ id, type: 'next', payload: { data: { added: event } } });

export const subprotocol = 'graphql-transport-ws';
