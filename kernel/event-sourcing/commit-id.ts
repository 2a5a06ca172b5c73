import type { Message } from '../messaging/message';

/** The id of the commit that a message makes. */
export const commitId = (message: Pick<Message, 'lab' | 'origin' | 'id'>): string => `${message.lab}/${message.origin}/${message.id}`;

/** The id of the refusal of a message whose id was used before, with another input. */
export const reusedCommitId = (message: Pick<Message, 'lab' | 'origin' | 'id'>, hash: string): string => `${commitId(message)}/${hash}`;
