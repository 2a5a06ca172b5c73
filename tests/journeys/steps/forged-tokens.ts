import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { base64url, decodeJwt, decodeProtectedHeader, SignJWT, UnsecuredJWT, type JWTPayload } from 'jose';
import { signingKey } from '../../system/signing';
import type { System } from '../../system/system';

const inSeconds = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds;

/** Tokens by what is wrong with them, each made from a good one. */
export const forgedTokens = async (system: System, good: string): Promise<Record<string, string>> => {
  const [claims, header, key] = [decodeJwt(good), decodeProtectedHeader(good), signingKey(system)];
  const publicKey = createPublicKey(key);
  const signed = (changes: JWTPayload, by: KeyObject | Uint8Array = key, alg = 'EdDSA'): Promise<string> =>
    new SignJWT({ ...claims, ...changes }).setProtectedHeader({ ...header, alg } as { alg: string }).sign(by);
  const [encodedHeader, payload, signature] = good.split('.') as [string, string, string];
  const olga = base64url.encode(JSON.stringify({ ...claims, sub: 'olga', scope: `${String(claims.scope)} operations` }));
  return {
    'has expired': await signed({ iat: inSeconds(-120), nbf: inSeconds(-120), exp: inSeconds(-60) }),
    'is not good yet': await signed({ nbf: inSeconds(600) }),
    'is of another issuer': await signed({ iss: 'https://elsewhere.example' }),
    'is for another audience': await signed({ aud: 'elsewhere' }),
    'is signed by another key': await signed({}, generateKeyPairSync('ed25519').privateKey),
    'is signed by another key of another kind': await signed({}, generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey, 'ES256'),
    'is signed with the public key as a shared secret': await signed(
      {},
      Buffer.from(publicKey.export({ format: 'pem', type: 'spki' })),
      'HS256',
    ),
    "is signed with the public key's bytes as a shared secret": await signed(
      {},
      publicKey.export({ format: 'der', type: 'spki' }).subarray(-32),
      'HS256',
    ),
    'says alg none': new UnsecuredJWT(claims).encode(),
    'says alg None': `${base64url.encode('{"alg":"None"}')}.${payload}.`,
    'has lost its signature': `${encodedHeader}.${payload}.`,
    'has other claims than were signed': `${encodedHeader}.${olga}.${signature}`,
    'brings its own key': await new SignJWT(claims)
      .setProtectedHeader({
        alg: 'ES256',
        jwk: generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' }) as object,
      })
      .sign(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey),
    'is garbage': 'garbage',
    'is garbage in three parts': 'a.b.c',
    'is empty': '',
  };
};
