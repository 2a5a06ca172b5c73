/** What a client presents in a message's payload: `authorization` ("Bearer ...", in any case), or `token` alone. */
export function authorizationIn(payload: Readonly<Record<string, unknown>>): string | undefined {
  for (const [name, value] of Object.entries(payload)) {
    if (value === null || value === undefined) continue;
    if (name.toLowerCase() === 'authorization') return typeof value === 'string' ? value : noToken;
    if (name === 'token') return typeof value === 'string' ? `Bearer ${value}` : noToken;
  }
  return undefined;
}

/** Refused, as whatever else is no token. */
const noToken = 'null';
