import type { Result } from './following';

/** A query or a mutation, asked by POST. */
export const ask = async (url: string, query: string, variables: Readonly<Record<string, unknown>> = {}, token?: string): Promise<Result & { readonly status: number }> => {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({ query, variables }),
  });
  const text = await response.text();
  return { status: response.status, ...(response.headers.get('content-type')?.includes('json') === true ? JSON.parse(text) as Result : {}) };
};
