import { types } from 'node:util';
import type { SupergraphManager } from '@apollo/gateway';

type ManagerOptions = Parameters<SupergraphManager['initialize']>[0];

/** What a source of ours tells beside new supergraphs; the gateway listens to both. */
interface SourceNotices {
  /** The supergraph could not be had; the source goes on trying. */
  failed?(error: Error): void;
  /** It could, and is the one that was told last. */
  confirmed?(): void;
}

/** Where the supergraph comes from: one of Apollo's managers, or one that also says how it fares. */
export interface SupergraphSource extends SupergraphManager {
  /** For people: a file's name, an address without its secrets. */
  readonly source: string;
  initialize(options: ManagerOptions & SourceNotices): ReturnType<SupergraphManager['initialize']>;
}

/** There was no supergraph to start with. `message` says why; trying again can help. */
export class SupergraphUnavailable extends Error {
  override readonly name = 'SupergraphUnavailable';
}

/** Of a supergraph SDL, in bytes: the largest known ones have a tenth of it. */
export const maxSupergraphBytes = 64 * 1024 * 1024;

/** Node's own functions may throw errors of another realm. */
export function asError(error: unknown): Error {
  return types.isNativeError(error) ? error : new Error(String(error));
}
