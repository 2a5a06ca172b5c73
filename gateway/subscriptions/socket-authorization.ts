/** What a client presents in a message's payload: `authorization` ("Bearer ...", in any case), or `token` alone. Two different ones are no token. */
export function authorizationIn(payload: Readonly<Record<string, unknown>>): string | undefined {
  let found: string | undefined;
  for (const [name, value] of Object.entries(payload)) {
    const presented = presentedBy(name, value);
    if (presented === undefined) continue;
    if (found !== undefined && found !== presented) return noToken;
    found = presented;
  }
  return found;
}

const presentedBy = (name: string, value: unknown): string | undefined => {
  if (value === null || value === undefined) return undefined;
  if (name.toLowerCase() === 'authorization') return typeof value === 'string' ? value : noToken;
  if (name === 'token') return typeof value === 'string' ? `Bearer ${value}` : noToken;
  return undefined;
};

/**
 * A bearer token in the header of a socket's request. Pages can't set that header; what a browser sends there by itself, such as a name and a password from the
 * address, is no bearer token and counts as nothing.
 */
export function bearerIn(header: string | undefined): string | undefined {
  return header !== undefined && /^bearer\s/i.test(header) ? header : undefined;
}

/** Refused, as whatever else is no token. */
const noToken = 'null';
