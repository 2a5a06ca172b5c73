import { isDeepStrictEqual } from 'node:util';

/** One case of the audit: `errors` says whether there have to be errors; without it that is not compared. */
export interface AuditCase {
  readonly query: string;
  readonly expected: { readonly data?: unknown; readonly errors?: boolean };
}

interface Response {
  readonly data?: unknown;
  readonly errors?: readonly { readonly message: string }[];
}

/** Returns what is wrong with a response, in one line, by the comparison of the audit's own `src/test.ts`; undefined for a pass. */
export function deviation({ expected }: AuditCase, response: Response): string | undefined {
  const hasErrors = (response.errors?.length ?? 0) > 0;
  const isDataRight = isDeepStrictEqual(response.data ?? null, expected.data ?? null);
  const areErrorsRight = typeof expected.errors !== 'boolean' || hasErrors === expected.errors;
  if (isDataRight && areErrorsRight) return undefined;
  const wanted = `expected ${JSON.stringify(expected.data ?? null)}${expected.errors === undefined ? '' : expected.errors ? ' with errors' : ' without errors'}`;
  return `${wanted}, got ${JSON.stringify(response.data ?? null)}${hasErrors ? ` with ${response.errors?.map(({ message }) => JSON.stringify(message)).join(', ') ?? ''}` : ''}`;
}
