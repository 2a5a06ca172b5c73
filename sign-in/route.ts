import type { IncomingMessage, ServerResponse } from 'node:http';
import { networkOf } from '@test-planning/kernel/http';
import { z } from 'zod';
import { GuessLimits, type Attempt } from './guess-limits';
import type { Keys } from './keys';
import { PasswordChecks } from './password-checks';
import { verifyPassword, type PasswordHash } from './passwords';
import { issueToken } from './tokens';
import type { User } from './users';

/** How long a token of the sign-in is good: a working day. */
const TOKEN_SECONDS = 8 * 60 * 60;
const MAX_BODY_BYTES = 4096;

const credentials = z.object({ username: z.string().max(200), password: z.string().max(200) });

const answer = (response: ServerResponse, status: number, body: object): void => {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
};

const refuse = (response: ServerResponse, status: number, code: string, message: string): void =>
  answer(response, status, { error: { code, message } });

type Body = { kind: 'json'; value: unknown } | { kind: 'malformed' } | { kind: 'too-large' };

const readJson = async (request: IncomingMessage): Promise<Body> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) return { kind: 'too-large' };
    chunks.push(chunk);
  }
  try {
    return { kind: 'json', value: JSON.parse(Buffer.concat(chunks).toString('utf8')) };
  } catch {
    return { kind: 'malformed' };
  }
};

/** Checked when there is no such user, so that the time it takes tells nobody who exists. */
const nobody: PasswordHash = { salt: 'AAAAAAAAAAAAAAAAAAAAAA==', hash: Buffer.alloc(32).toString('base64') };

/** Answers true if the request was its own. */
type Route = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

export interface SignInOptions {
  readonly keys: Keys;
  readonly users: readonly User[];
  /** Milliseconds since 1970. Default Date.now. */
  readonly now?: () => number;
  /** Checks a password against a hash. Default {@link verifyPassword}. */
  readonly verify?: typeof verifyPassword;
}

/**
 * POST /sign-in {username, password} -> {token, expiresAt}; 400 malformed, 401 wrong, 413 too large. 429 with Retry-After for a network that has guessed too
 * often, and for the newest attempts of the network that has most of them waiting when too many wait.
 */
export const signInRoute = ({ keys, users, now = Date.now, verify = verifyPassword }: SignInOptions): Route => {
  const byId = new Map(users.map((user) => [user.userId, user]));
  const limits = new GuessLimits(now);
  const checks = new PasswordChecks();

  const isDelayed = (response: ServerResponse, attempt: Attempt): boolean => {
    const delayMs = limits.delayOf(attempt);
    if (delayMs > 0) refuseForNow(response, Math.ceil(delayMs / 1000), 'Too many wrong sign-ins');
    return delayMs > 0;
  };

  const check = async (response: ServerResponse, attempt: Attempt, password: string): Promise<void> => {
    // While this attempt waited, others of the same network may have failed.
    if (response.destroyed || isDelayed(response, attempt)) return;
    const user = byId.get(attempt.username);
    const isRight = await verify(password, user?.password ?? nobody) && user !== undefined;
    if (isRight) limits.succeeded(attempt);
    else limits.failed(attempt);
    if (isRight) answer(response, 200, await issueToken(keys, user, TOKEN_SECONDS));
    else refuse(response, 401, 'UNAUTHENTICATED', 'The username or the password is wrong.');
  };

  return async (request, response) => {
    if (request.url?.split('?')[0] !== '/sign-in') return false;
    if (request.method !== 'POST') {
      response.setHeader('allow', 'POST');
      refuse(response, 405, 'BAD_USER_INPUT', 'Sign in with POST.');
      return true;
    }
    const body = await readJson(request);
    if (body.kind === 'too-large') {
      response.setHeader('connection', 'close');
      refuse(response, 413, 'BAD_USER_INPUT', `The body has more than ${MAX_BODY_BYTES} bytes.`);
      return true;
    }
    const parsed = body.kind === 'json' ? credentials.safeParse(body.value) : undefined;
    if (!parsed?.success) {
      refuse(response, 400, 'BAD_USER_INPUT', 'Send JSON: {"username": "...", "password": "..."}.');
      return true;
    }
    const { username, password } = parsed.data;
    const attempt = { username, network: networkOf(request.socket.remoteAddress ?? 'unknown') };
    if (isDelayed(response, attempt)) return true;
    // Users who have signed in from a network do not wait behind those who guess there.
    const turn = await checks.turnOf(limits.isKnown(attempt) ? { ...attempt, network: `${username} at ${attempt.network}` } : attempt);
    if (turn.kind === 'full') {
      refuseForNow(response, 1, 'Too many sign-ins at once');
      return true;
    }
    try {
      await check(response, attempt, password);
    } finally {
      turn.end();
    }
    return true;
  };
};

const refuseForNow = (response: ServerResponse, seconds: number, reason: string): void => {
  response.setHeader('retry-after', String(seconds));
  refuse(response, 429, 'RATE_LIMITED', `${reason}; try again in ${seconds} ${seconds === 1 ? 'second' : 'seconds'}.`);
};
