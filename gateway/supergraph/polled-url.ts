import { asError, maxSupergraphBytes, SupergraphUnavailable } from './supergraph-source';
import { pause } from './pause';
import type { SupergraphSource } from './supergraph-source';
import { boundedText } from './bounded-text';

interface PolledUrlOptions {
  /** How long after one answer it is asked again, in milliseconds, give or take a fifth. Default 10,000. */
  readonly pollMs?: number;
  /** How long an answer may take, all of it, in milliseconds. Default 10,000. */
  readonly timeoutMs?: number;
  /** Default 64 MB. */
  readonly maxBytes?: number;
  /** How often it is asked before the gateway gives up to start. Default 4. */
  readonly attemptsAtStart?: number;
  /** Waits so many milliseconds, or until the signal. */
  readonly wait?: (ms: number, signal?: AbortSignal) => Promise<void>;
}

const longestPauseMs = 5 * 60_000;
const firstRetryMs = 500;

/**
 * A supergraph at an HTTP address, asked for again and again. What the server gave as ETag or Last-Modified goes along, so that it can answer 304. While
 * it fails, the pauses double, up to five minutes. Starting fails with {@link SupergraphUnavailable}.
 */
export function polledUrl(url: URL, options: PolledUrlOptions = {}): SupergraphSource {
  const { pollMs = 10_000, timeoutMs = 10_000, maxBytes = maxSupergraphBytes, attemptsAtStart = 4, wait = pause } = options;
  const source = url.origin + url.pathname;

  return {
    source,
    async initialize({ update, failed, confirmed }) {
      const stopping = new AbortController();
      let validators: Readonly<Record<string, string>> = {};

      /** Undefined if it is still the one that came last. */
      async function ask(): Promise<string | undefined> {
        const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(timeoutMs)]);
        const { address, authorization } = withoutCredentials(url);
        const response = await fetch(address, { headers: { accept: 'text/plain, application/graphql, */*;q=0.5', ...authorization, ...validators }, signal });
        if (response.status === 304 && Object.keys(validators).length > 0) return undefined;
        if (response.status !== 200) {
          await response.body?.cancel();
          throw new Error(`it answers with status ${response.status}`);
        }
        const sdl = await boundedText(response, maxBytes);
        validators = validatorsOf(response.headers);
        return sdl;
      }

      async function begin(): Promise<string> {
        for (let attempt = 1; ; attempt += 1) {
          try {
            return await ask() ?? '';
          } catch (error) {
            if (attempt >= attemptsAtStart) throw new SupergraphUnavailable(`The supergraph at ${source} can't be had: ${reasonOf(error)}`, { cause: error });
            await wait(firstRetryMs * attempt * aboutOne());
          }
        }
      }

      async function keepAsking(): Promise<void> {
        let pauseMs = pollMs;
        for (;;) {
          await wait(pauseMs * aboutOne(), stopping.signal);
          if (stopping.signal.aborted) return;
          try {
            const sdl = await ask();
            pauseMs = pollMs;
            if (sdl === undefined) confirmed?.();
            else update(sdl);
          } catch (error) {
            if (stopping.signal.aborted) return;
            pauseMs = Math.min(2 * pauseMs, Math.max(pollMs, longestPauseMs));
            failed?.(new Error(`${source} can't be had: ${reasonOf(error)}`));
          }
        }
      }

      const supergraphSdl = await begin();
      const asking = keepAsking();
      return {
        supergraphSdl,
        cleanup: async () => {
          stopping.abort();
          await asking;
        },
      };
    },
  };
}

/** So that many gateways don't ask in the same instant. */
const aboutOne = (): number => 0.8 + Math.random() * 0.4;

function validatorsOf(headers: Headers): Readonly<Record<string, string>> {
  const [etag, modified] = [headers.get('etag'), headers.get('last-modified')];
  if (etag !== null) return { 'if-none-match': etag };
  return modified === null ? {} : { 'if-modified-since': modified };
}

/** fetch refuses an address with a user and a password in it. */
function withoutCredentials(url: URL): { readonly address: URL; readonly authorization: Readonly<Record<string, string>> } {
  if (url.username === '' && url.password === '') return { address: url, authorization: {} };
  const address = new URL(url);
  address.username = address.password = '';
  const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return { address, authorization: { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` } };
}

/** fetch hides why in its error's cause. */
function reasonOf(error: unknown): string {
  const { message, cause } = asError(error);
  const { message: hidden } = cause === undefined ? { message: '' } : asError(cause);
  return hidden === '' ? message : `${message} (${hidden})`;
}
