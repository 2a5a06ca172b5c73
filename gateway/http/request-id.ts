import type { IncomingMessage } from 'node:http';

/** Visible, harmless in a log or a header, and of the length of what proxies and tracers give. */
const acceptable = /^[\w.:+/=@-]{1,128}$/;

/** What the client calls its request in x-request-id; undefined if it does not, or in a way that can't be taken over. */
export function requestIdOf({ headers }: IncomingMessage): string | undefined {
  const given = headers['x-request-id'];
  return typeof given === 'string' && acceptable.test(given) ? given : undefined;
}
