import type { ReadModels } from './read-models';

/** Read models that know whether their documents were written under the views' present versions. */
export interface RebuildableReadModels extends ReadModels {
  /** Views that are new or of another version: they are to be rebuilt before they are served. */
  outdated(): Promise<string[]>;
  /**
   * Runs `rebuild` with the views that are outdated, if there are any; never in two processes at a time. Whoever asks while another process rebuilds
   * waits until that is done, or takes over when it is gone. Resolves when nothing is left to rebuild.
   *
   * `signal` aborts when another process may have taken over: what is written from then on no longer counts.
   */
  rebuildOutdated(rebuild: (views: readonly string[], signal: AbortSignal) => Promise<void>): Promise<void>;
  /** Removes all documents and tombstones of a view; it is outdated from then on. */
  clear(view: string): Promise<void>;
  /** Says that a view has all its documents, in its present version. @throws {Error} when another process has begun it anew since it was cleared. */
  rebuilt(view: string): Promise<void>;
}
