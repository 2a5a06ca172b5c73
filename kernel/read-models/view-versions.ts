import type { ReadModels } from './read-models';

/** Read models that know whether their documents were written under the views' present versions. */
export interface RebuildableReadModels extends ReadModels {
  /** Views that are new or of another version: they are to be rebuilt before they are served. */
  outdated(): Promise<string[]>;
  /** Removes all documents and tombstones of a view; it is outdated from then on. */
  clear(view: string): Promise<void>;
  /** Says that a view has all its documents, in its present version. */
  rebuilt(view: string): Promise<void>;
}
