import type { Answer } from './client';
import type { System } from './system';

export interface RawAnswer extends Answer<unknown> {
  status: number;
  headers: Headers;
  text: string;
}

/** Sends a request as it stands, well-formed or not. `data` and `errors` are there if what came back is JSON. */
export const send = async (system: System, request: RequestInit & { path?: string } = {}): Promise<RawAnswer> => {
  const response = await fetch(new URL(request.path ?? '/graphql', system.origin), { method: 'POST', ...request });
  const text = await response.text();
  const json = response.headers.get('content-type')?.includes('json') ? (JSON.parse(text) as Answer<unknown>) : {};
  return { ...json, status: response.status, headers: response.headers, text };
};
