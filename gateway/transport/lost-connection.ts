/**
 * Whether the reason lies in what one subscription sent or received: `certain` by a close code or a message that says so, `possible` where a peer closes without a
 * reason, `none` for a network or a server that is gone.
 */
type Blame = 'certain' | 'possible' | 'none';

/** A socket to a subgraph is gone. */
export class LostConnection extends Error {
  override readonly name = 'LostConnection';
  constructor(message: string, readonly blame: Blame, options?: ErrorOptions) {
    super(message, options);
  }
}

/** A message that the subgraph sent could not be taken. */
export class UnusableMessage extends Error {
  override readonly name = 'UnusableMessage';
}

/** Close codes by which a server says that it does not accept what it was sent, or could not handle it. */
const blaming = new Set([1002, 1003, 1007, 1008, 1009, 1010, 1011]);
/** Close codes without a reason: normal, none at all, and no closing at all. */
const silent = new Set([1000, 1005, 1006]);

interface Closing {
  readonly code: number;
  readonly words: string;
  /** What went wrong on this side before. */
  readonly failure: Error | undefined;
  /** The subgraph had acknowledged the connection. */
  readonly wasReady: boolean;
}

export function lostConnection({ code, words, failure, wasReady }: Closing): LostConnection {
  if (failure) return new LostConnection(failure.message, wasReady && isOfContent(failure) ? 'certain' : 'none', { cause: failure });
  const blame = code >= 4000 || blaming.has(code) ? 'certain' : silent.has(code) ? 'possible' : 'none';
  return new LostConnection(`the socket closed with ${code}${words && `: ${words}`}`, wasReady ? blame : 'none');
}

function isOfContent(failure: Error): boolean {
  // The WebSocket library's own refusals: a message that is too long, invalid UTF-8, an invalid frame.
  return failure instanceof UnusableMessage || String((failure as NodeJS.ErrnoException).code).startsWith('WS_ERR_');
}
