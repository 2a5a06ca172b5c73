import './explicit-types';

export { acceptor, commandIdFrom, type Accept, type Accepted, type AcceptorOptions, type CommandToAccept } from './acceptor';
export { BatchLoader } from './batch-loader';
export { batchedViews } from './batched-views';
export { buildSubgraph, subgraphSdl, type ResolveReference, type Subgraph, type SubgraphDefinition } from './build-subgraph';
export {
  ConnectionArguments,
  isGiven,
  openConnection,
  PAGE_DEFAULT,
  PAGE_LIMIT,
  pageSizeFrom,
  type Connection,
  type ConnectionPlace,
  type Page,
  type PageSource,
  type Stretch,
} from './connections';
export { contextFrom, perRequest, type ContextOf, type SubgraphContext, type TellPosition } from './context';
export { signedCursors, type ConnectionCursor, type CursorContent, type Cursors, type FeedCursor } from './cursors';
export {
  badUserInput,
  cursorExpired,
  cursorInvalid,
  notFound,
  presentable,
  unauthenticated,
  unavailable,
  type ErrorCode,
  type ErrorLog,
} from './errors';
export { actorOf, identityHeader, identityVerifier, type Identity, type IdentityVerifier, type IdentityVerifierOptions } from './identity';
export { idInput, idsInput, instantInput, normalisedInstant, parseInput, searchInput, uniqueEntries, wordsInput } from './input';
export { connectionSize, forwardConnectionSize, listSize } from './list-sizes';
export { listSource, viewSource } from './page-sources';
export { Cursor, DateTime, Json } from './scalars';
export {
  ActorType,
  directionOf,
  orderDirections,
  PageInfo,
  type OrderDirection,
  type Resolvable,
} from './shared-types';
