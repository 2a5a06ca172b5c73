import type { IncomingMessage } from 'node:http';

/**
 * Whether a request has a header more than once. `headers` keeps the first `host` and the first `authorization` alone, where a proxy may have looked at another.
 * @param name in lower case.
 */
export function isRepeated({ rawHeaders }: IncomingMessage, name: string): boolean {
  let times = 0;
  // Names and values in turn.
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const given = rawHeaders[at];
    if (given?.length === name.length && given.toLowerCase() === name) times += 1;
  }
  return times > 1;
}
