import { createPrivateKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeJwt, decodeProtectedHeader, SignJWT, type JWTPayload } from 'jose';
import type { System } from './system';

/** The key that signs the system's tokens: whoever has it can make tokens that are good in all but one respect. */
export const signingKey = (system: System): KeyObject => {
  const { tokenKey } = JSON.parse(readFileSync(join(system.dataDir, 'keys.json'), 'utf8')) as { tokenKey: JsonWebKey };
  return createPrivateKey({ key: tokenKey, format: 'jwk' });
};

/** A token with the right signature that makes these claims instead of a good one's. */
export const signedWith = async (system: System, good: string, changes: JWTPayload): Promise<string> =>
  new SignJWT({ ...decodeJwt(good), ...changes })
    .setProtectedHeader(decodeProtectedHeader(good) as { alg: string })
    .sign(signingKey(system));
