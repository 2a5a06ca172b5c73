import { hash } from 'node:crypto';
import { canonicalJson } from './canonical-json';
import type { Message } from './message';

const HASH_CHARACTERS = 32;

/**
 * What makes two messages with one id the same request: type, who asks, what it is about, and the input. 128 bits of SHA-256, as hex.
 * It is taken of the data as sent, before a parser fills in or upcasts anything, so that sender and receiver agree.
 */
export const inputHash = (message: Pick<Message, 'type' | 'actor' | 'stream' | 'data'>): string =>
  hash('sha256', canonicalJson([message.type, message.actor.userId, message.stream, message.data]), 'hex').slice(0, HASH_CHARACTERS);
