import { parseJson } from '../json/parse-json';
import { decoded } from './content-coding';
import type { HttpAnswer } from './exchange';
import { AnswerTooLarge, UnusableAnswer } from './failures';
import { resultOf } from './results';
import type { SubgraphResult } from './subgraph-transport';

/** A result, and the text that it was read from: whoever else wants it reads a result of its own. */
export interface TextResult {
  readonly text: string;
  readonly result: SubgraphResult;
}

const byteOrderMark = Buffer.of(0xef, 0xbb, 0xbf);
const json = /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i;

/**
 * The GraphQL result that an answer holds, whatever its status says. `maxBytes`: of its body once decoded.
 * @throws {UnusableAnswer} quoting what came instead, or {AnswerTooLarge}.
 */
export async function resultIn(answer: HttpAnswer, maxBytes: number): Promise<TextResult> {
  const coding = answer.headers['content-encoding'];
  const body = coding === undefined || coding === 'identity' || answer.body.length === 0 ? answer.body : await decodedBody(answer, coding, maxBytes);
  return readResult(answer, body);
}

function readResult({ status, headers }: HttpAnswer, body: Buffer): TextResult {
  const type = headers['content-type'];
  if (body.length === 0) throw new UnusableAnswer('nothing else', status, '', retryAfterOf(headers['retry-after']));
  const unusable = (problem: string): UnusableAnswer => new UnusableAnswer(problem, status, body.toString('utf8', 0, 1_000), retryAfterOf(headers['retry-after']));
  if (type !== undefined && !json.test(type)) throw unusable(`the content type ${JSON.stringify(type.slice(0, 100))}`);
  // Some servers begin with a byte order mark, which JSON.parse does not take.
  const text = body.toString('utf8', body[0] === 0xef && body.subarray(0, 3).equals(byteOrderMark) ? byteOrderMark.length : 0);
  let value: unknown;
  try {
    value = parseJson(text);
  } catch {
    throw unusable('no whole JSON');
  }
  const result = resultOf(value);
  if (!result) throw unusable('no GraphQL result');
  return { text, result };
}

/** Another result of the same text, so that whoever changes one changes nobody else's. */
export function resultAgain({ text }: TextResult): SubgraphResult {
  const result = resultOf(parseJson(text));
  if (!result) throw new Error('A text that was a result is none');
  return result;
}

async function decodedBody({ status, body }: HttpAnswer, coding: string, maxBytes: number): Promise<Buffer> {
  try {
    return await decoded(body, coding, maxBytes);
  } catch (error) {
    if (error instanceof AnswerTooLarge) throw error;
    throw new UnusableAnswer(`a body that can't be decoded (${error instanceof Error ? error.message : String(error)})`, status, '');
  }
}

/** Milliseconds; of the two forms of this header the one that speaks of seconds. */
function retryAfterOf(header: string | undefined): number | undefined {
  return header !== undefined && /^\d{1,6}$/.test(header) ? Number(header) * 1_000 : undefined;
}
