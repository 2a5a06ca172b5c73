import { hash } from 'node:crypto';

/** SHA-256 of a document's text in UTF-8, as 64 lower-case hexadecimal digits: what clients call a document by. */
export function documentHash(text: string): string {
  return hash('sha256', text, 'hex');
}
