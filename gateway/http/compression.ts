import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { BoundedCache } from '../bounded-cache';
import { weightedList } from './weighted-list';

export type ContentEncoding = 'br' | 'gzip';

/** Bodies shorter than these many bytes fit into a packet or two as they are. */
export const compressedFrom = 1024;

const packs: Readonly<Record<ContentEncoding, (text: string) => Promise<Buffer>>> = {
  // Both at the level where another step costs much time and saves few bytes of JSON.
  gzip: (text) => promisify(gzip)(text, { level: 4 }),
  br: (text) => promisify(brotliCompress)(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 3, [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT } }),
};

/** On node's threads, so that other requests go on meanwhile. */
export const compress = (text: string, encoding: ContentEncoding): Promise<Buffer> => packs[encoding](text);

const known = new BoundedCache<string, ContentEncoding | 'identity'>(100);
const maxCachedLength = 200;

/** What an Accept-Encoding header prefers of what there is; br where it is taken as gladly as gzip. */
export function contentEncoding(accepted: string | undefined): ContentEncoding | 'identity' {
  if (accepted === undefined || accepted === '') return 'identity';
  const cached = known.get(accepted);
  if (cached) return cached;
  const weights = new Map(weightedList(accepted).map(({ name, weight }) => [name, weight]));
  const weightOf = (encoding: string): number => weights.get(encoding) ?? weights.get('*') ?? 0;
  const [br, gzipped] = [weightOf('br'), Math.max(weightOf('gzip'), weights.get('x-gzip') ?? 0)];
  const best = br > 0 && br >= gzipped ? 'br' : gzipped > 0 ? 'gzip' : 'identity';
  // Identity counts as accepted unless it is refused; a client that weighs it higher wants it.
  const encoding = best !== 'identity' && (weights.get('identity') ?? 0) > Math.max(br, gzipped) ? 'identity' : best;
  if (accepted.length <= maxCachedLength) known.set(accepted, encoding);
  return encoding;
}
