import type { Message } from '../messaging/message';
import type { Commit } from './commit';

/** The id of the commit that a message makes. */
export const commitId = (message: Pick<Message, 'lab' | 'origin' | 'id'>): string => `${message.lab}/${message.origin}/${message.id}`;

/** The id of the refusal of a message whose id was used before, with another input. */
export const reusedCommitId = (message: Pick<Message, 'lab' | 'origin' | 'id'>, hash: string): string => `${commitId(message)}/${hash}`;

/** Whether a commit takes a client's id for its service: in a lab, a client's id names one command, whichever service decides it. */
export const claimsId = ({ id, message }: Pick<Commit, 'id' | 'message'>): boolean => message.origin === 'client' && id.endsWith(`/client/${message.id}`);
