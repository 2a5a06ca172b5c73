import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, type JsonWebKey } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { calculateJwkThumbprint, type JSONWebKeySet, type JWK } from 'jose';

/** The secrets of one installation; whoever has them can speak for anybody. */
export interface Keys {
  /** Signs the tokens of the embedded sign-in (EdDSA, Ed25519). */
  tokenKey: JWK & { kid: string };
  /** What verifies them. */
  jwks: JSONWebKeySet;
  /** Between gateway and subgraphs. */
  identitySecret: string;
  /** Of cursors. */
  cursorSecret: string;
}

interface StoredKeys {
  tokenKey: JsonWebKey;
  identitySecret: string;
  cursorSecret: string;
}

const FILE = 'keys.json';

const make = (): StoredKeys => ({
  tokenKey: generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' }),
  identitySecret: randomBytes(32).toString('base64url'),
  cursorSecret: randomBytes(32).toString('base64url'),
});

/** Appears whole or not at all, and the first one stands: so that two commands started at once use the same keys. */
const writeOnce = (directory: string, path: string): void => {
  const draft = join(directory, `.${FILE}.${randomBytes(6).toString('hex')}`);
  writeFileSync(draft, JSON.stringify(make()), { mode: 0o600, flush: true });
  try {
    linkSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft);
  }
};

const read = (path: string): StoredKeys | undefined => {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as StoredKeys;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(`${path} can't be read: ${(error as Error).message}`, { cause: error });
  }
};

/** Reads the keys of a data directory, and makes them the first time. */
export const openKeys = async (dataDir: string): Promise<Keys> => {
  // What lies in it is for nobody else's eyes: keys, and everything that was planned.
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const path = join(dataDir, FILE);
  let stored = read(path);
  if (!stored) {
    writeOnce(dataDir, path);
    stored = read(path);
  }
  if (!stored) throw new Error(`${path} went away while it was read`);
  const privateKey = stored.tokenKey as JWK;
  const publicKey = createPublicKey(createPrivateKey({ key: stored.tokenKey, format: 'jwk' })).export({ format: 'jwk' }) as JWK;
  const kid = await calculateJwkThumbprint(publicKey);
  return {
    tokenKey: { ...privateKey, kid, alg: 'EdDSA' },
    jwks: { keys: [{ ...publicKey, kid, alg: 'EdDSA', use: 'sig' }] },
    identitySecret: stored.identitySecret,
    cursorSecret: stored.cursorSecret,
  };
};
