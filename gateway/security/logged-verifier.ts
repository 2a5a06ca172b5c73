import type { GatewayLogger } from '../config';
import type { TokenVerifier, Verification } from './token-verifier';

/** A cause that lasts meets each request: more of the same would bury the rest of the log. */
const onceInMs = 60_000;

/** Logs, at most once a minute, why tokens can't be judged: whoever brings one is turned away meanwhile, and learns no more than that. */
export function loggedVerifier(verify: TokenVerifier, logger: Pick<GatewayLogger, 'error'>, now: () => number): TokenVerifier {
  let loggedAt = -Infinity;

  function noted(verification: Verification): Verification {
    if (verification.kind === 'undecided' && now() - loggedAt >= onceInMs) {
      loggedAt = now();
      logger.error({ err: verification.cause }, 'Tokens can\'t be checked: whoever brings one is turned away');
    }
    return verification;
  }

  return (authorization) => {
    const verification = verify(authorization);
    return verification instanceof Promise ? verification.then(noted) : noted(verification);
  };
}
