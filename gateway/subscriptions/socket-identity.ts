import { CloseCode } from 'graphql-ws';
import { anonymous } from '../security/caller';
import type { Caller } from '../security/caller';
import { identityOf } from '../security/identity';
import type { Quota } from '../security/quota';
import type { Sessions } from '../security/sessions';
import type { ChargeRefusedToken } from '../security/refused-tokens';
import type { TokenVerifier, Verification } from '../security/token-verifier';
import type { ClientSocket } from './client-socket';
import { atInstant } from './deadline';

export interface IdentityParts {
  readonly verifyToken: TokenVerifier;
  readonly chargeRefusedToken: ChargeRefusedToken;
  readonly sessions: Sessions;
  readonly sockets: Quota;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

type Admission = { readonly kind: 'admitted' } | { readonly kind: 'refused'; readonly code: number; readonly reason: string };

/** What a client is told that sent a new token: when that one ends, in milliseconds since 1970, or why it is not accepted. */
type Renewal = { readonly expiresAt: number } | { readonly refused: string };

const notNow = 'The token cannot be checked just now: try again later';
const tryAgainLater = 1013;

/** Who is behind a socket, for as long as a token lives and a session is not ended: then the socket closes with 4403. */
export class SocketIdentity {
  caller: Caller = anonymous;
  private endOfToken: (() => void) | undefined;
  private endOfSession: (() => void) | undefined;
  private releaseSocket: (() => void) | undefined;

  constructor(private readonly wire: ClientSocket, private readonly remoteAddress: string | undefined, private readonly parts: IdentityParts) {}

  /** Whom limits are counted for. */
  get name(): string {
    return identityOf(this.caller, this.remoteAddress);
  }

  async admit(authorization: string | undefined): Promise<Admission> {
    const { sockets } = this.parts;
    const verification = await this.verified(authorization);
    if (verification.kind === 'refused') return { kind: 'refused', code: CloseCode.Forbidden, reason: `Forbidden: ${verification.reason}` };
    if (verification.kind === 'undecided') return { kind: 'refused', code: tryAgainLater, reason: notNow };
    this.releaseSocket = sockets.acquire(identityOf(verification.caller, this.remoteAddress));
    if (!this.releaseSocket) return { kind: 'refused', code: tryAgainLater, reason: `Too many sockets: at most ${sockets.perIdentity} of one identity` };
    this.identify(verification.caller);
    return { kind: 'admitted' };
  }

  /** A new token for the same person. `isClosed`: nobody is there any more, when it has been judged. */
  async renew(authorization: string, isClosed: () => boolean): Promise<Renewal> {
    const verification = await this.verified(authorization);
    if (isClosed()) return { refused: 'The socket is closed' };
    if (verification.kind === 'undecided') return { refused: notNow };
    if (verification.kind === 'refused') return { refused: verification.reason };
    const { caller } = verification;
    const isSame = caller.kind === 'identified' && this.caller.kind === 'identified' && identityOf(caller, this.remoteAddress) === this.name;
    if (!isSame) return { refused: 'The token is somebody else\'s' };
    this.identify(caller);
    return { expiresAt: caller.expiresAt };
  }

  /** The socket is closed, or is not needed. */
  end(): void {
    this.endOfToken?.();
    this.endOfSession?.();
    this.releaseSocket?.();
  }

  private async verified(authorization: string | undefined): Promise<Verification> {
    try {
      const verification = await this.parts.verifyToken(authorization);
      // Above the rate limit the client is told to come back later (1013).
      if (verification.kind === 'refused' && this.parts.chargeRefusedToken(this.remoteAddress) !== undefined) return { kind: 'undecided', cause: 'Too many tokens were refused' };
      return verification;
    } catch (error) {
      return { kind: 'undecided', cause: error };
    }
  }

  private identify(caller: Caller): void {
    this.caller = caller;
    this.endOfToken?.();
    this.endOfSession?.();
    [this.endOfSession, this.endOfToken] = [undefined, undefined];
    if (caller.kind !== 'identified') return;
    this.endOfSession = this.parts.sessions.open(caller, (reason) => this.wire.forbid(reason));
    this.endOfToken = atInstant(caller.expiresAt, this.parts.now, () => this.wire.forbid('The token has expired'));
  }
}
