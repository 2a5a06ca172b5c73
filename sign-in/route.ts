import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { Keys } from './keys';
import { verifyPassword, type PasswordHash } from './passwords';
import { issueToken } from './tokens';
import type { User } from './users';

/** How long a token of the sign-in is good: a working day. */
const TOKEN_SECONDS = 8 * 60 * 60;
const MAX_BODY_BYTES = 4096;
/** Each check costs a tenth of a second of a core: more than these at once wait for nobody, they are refused. */
const MAX_CHECKS_AT_ONCE = 8;

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

/** POST /sign-in {username, password} -> {token, expiresAt}; 400 malformed, 401 wrong, 413 too large, 429 too many at once. */
export const signInRoute = (keys: Keys, users: readonly User[]): Route => {
  const byId = new Map(users.map((user) => [user.userId, user]));
  let checks = 0;
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
    if (checks >= MAX_CHECKS_AT_ONCE) {
      response.setHeader('retry-after', '1');
      refuse(response, 429, 'RATE_LIMITED', 'Too many sign-ins at once; try again in a second.');
      return true;
    }
    checks += 1;
    try {
      const user = byId.get(parsed.data.username);
      const right = await verifyPassword(parsed.data.password, user?.password ?? nobody);
      if (user && right) answer(response, 200, await issueToken(keys, user, TOKEN_SECONDS));
      else refuse(response, 401, 'UNAUTHENTICATED', 'The username or the password is wrong.');
    } finally {
      checks -= 1;
    }
    return true;
  };
};
