import { isDeepStrictEqual } from 'node:util';
import type { LoadedRequest } from './load';
import { labs, type Operation } from './operations';

/**
 * The operation's requests, one for each value, with the length of the server's answers: each is compared with the right one first.
 * @throws {Error} that says how it is wrong: what answers wrongly is not measured.
 */
export const checkedRequests = async (url: string, { query, name, expected }: Operation, values: number): Promise<readonly LoadedRequest[]> => {
  const requests: LoadedRequest[] = [];
  for (const lab of labs(values)) {
    const body = JSON.stringify({ query, variables: { lab } });
    const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', accept: 'application/json', 'accept-encoding': 'identity' }, body });
    const text = await response.text();
    if (response.status !== 200) throw new Error(`${name} was answered with ${response.status}: ${text.slice(0, 300)}`);
    const { data, errors } = JSON.parse(text) as { data: unknown; errors?: unknown };
    if (errors !== undefined || !isDeepStrictEqual(data, expected(lab))) throw new Error(`${name} was answered wrongly: ${text.slice(0, 300)}`);
    requests.push({ body, answerBytes: Buffer.byteLength(text) });
  }
  return requests;
};
