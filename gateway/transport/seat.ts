/** What one subscription takes along through all its attempts to reach its subgraph. Made by the subscriber, filled in by the transport. */
export interface Seat {
  /** It goes on behind its last event after a lost socket, so that it may share a socket with others. */
  readonly isResumable: boolean;
  /** The socket that its next attempt uses; undefined for the one that fits. */
  socket?: object | undefined;
  /** How often it was set apart from others because their common socket was closed. */
  moves: number;
}

/** The seat of a subscription that begins. */
export function newSeat(isResumable: boolean): Seat {
  return { isResumable, moves: 0 };
}
