/** What a client presents in a message's payload: `authorization` ("Bearer ...", in any case), or `token` alone. */
export function authorizationIn(payload: Readonly<Record<string, unknown>>): string | undefined {
  for (const [name, value] of Object.entries(payload)) {
    if (value === null || value === undefined) continue;
    // What is no string is handed on as one, to be refused.
    if (name.toLowerCase() === 'authorization') return String(value);
    if (name === 'token') return `Bearer ${String(value)}`;
  }
  return undefined;
}
