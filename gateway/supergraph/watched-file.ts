import { readFile, stat } from 'node:fs/promises';
import { asError, maxSupergraphBytes, SupergraphUnavailable } from './supergraph-source';
import { pause } from './pause';
import type { SupergraphSource } from './supergraph-source';

interface WatchedFileOptions {
  /** Default true. */
  readonly watch?: boolean;
  /** How often it is looked at, in milliseconds. Default 250. */
  readonly lookEveryMs?: number;
  /** Waits so many milliseconds, or until the signal. */
  readonly wait?: (ms: number, signal?: AbortSignal) => Promise<void>;
}

/**
 * A supergraph in a file. It is looked at from time to time rather than by the system's notices, which don't come for mounted directories and for links
 * that are pointed elsewhere; and read when it has stayed the same between two looks, so that a file being written is left to its writer.
 * Starting fails with {@link SupergraphUnavailable} if it can't be read, or has more than 64 MB.
 */
export function watchedFile(path: string, { watch = true, lookEveryMs = 250, wait = pause }: WatchedFileOptions = {}): SupergraphSource {
  return {
    source: path,
    async initialize({ update, failed, confirmed }) {
      const first = await look(path);
      if (first.kind === 'unreadable') throw new SupergraphUnavailable(`The supergraph ${path} can't be read: ${first.problem.message}`, { cause: first.problem });
      const supergraphSdl = await read(path).catch((error: unknown) => {
        throw new SupergraphUnavailable(`The supergraph ${path} can't be read: ${asError(error).message}`, { cause: error });
      });
      // A pipe has nothing more to say.
      if (!watch || !first.isFile) return { supergraphSdl };

      const stopping = new AbortController();
      let known = { stamp: first.stamp, text: supergraphSdl };
      let seen = first.stamp;

      async function lookAgain(): Promise<void> {
        const now = await look(path);
        const hasSettled = now.stamp === seen;
        seen = now.stamp;
        if (!hasSettled || now.stamp === known.stamp) return;
        if (now.kind === 'unreadable') {
          // It is read again when it is back, though it may be just what it was.
          known = { ...known, stamp: now.stamp };
          throw now.problem;
        }
        const text = await read(path);
        if ((await look(path)).stamp !== now.stamp) return;
        const isNew = text !== known.text;
        known = { stamp: now.stamp, text };
        if (isNew) update(text);
        else confirmed?.();
      }

      async function keepLooking(): Promise<void> {
        while (!stopping.signal.aborted) {
          await wait(lookEveryMs, stopping.signal);
          if (stopping.signal.aborted) return;
          await lookAgain().catch((error: unknown) => failed?.(new Error(`${path} can't be read: ${asError(error).message}`)));
        }
      }

      const looking = keepLooking();
      return {
        supergraphSdl,
        cleanup: async () => {
          stopping.abort();
          await looking;
        },
      };
    },
  };
}

type Look =
  | { readonly kind: 'readable'; readonly stamp: string; readonly isFile: boolean }
  | { readonly kind: 'unreadable'; readonly stamp: string; readonly problem: Error };

/** Something that is another whenever the file was written or replaced. */
async function look(path: string): Promise<Look> {
  try {
    const found = await stat(path, { bigint: true });
    return { kind: 'readable', stamp: [found.dev, found.ino, found.size, found.mtimeNs, found.ctimeNs].join(' '), isFile: found.isFile() };
  } catch (error) {
    const problem = asError(error);
    return { kind: 'unreadable', stamp: problem.message, problem };
  }
}

async function read(path: string): Promise<string> {
  const { size } = await stat(path);
  if (size > maxSupergraphBytes) throw new Error(`it has ${size} bytes, more than ${maxSupergraphBytes}`);
  return readFile(path, 'utf8');
}
