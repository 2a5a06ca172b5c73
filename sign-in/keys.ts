import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, type JsonWebKey } from 'node:crypto';
import { existsSync, linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensurePrivateDirectory, FileProblem, keepPrivateFile, usingFile, type Warn } from '@test-planning/kernel/lifecycle';
import { z } from 'zod';
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

const storedKeys = z.object({
  tokenKey: z.looseObject({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string(), d: z.string() }),
  identitySecret: z.string().min(32),
  cursorSecret: z.string().min(32),
});

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

const textOf = (path: string): string | undefined => (existsSync(path) ? usingFile(path, () => readFileSync(path, 'utf8')) : undefined);

const read = (path: string): { stored: StoredKeys; publicKey: JWK } | undefined => {
  const text = textOf(path);
  if (text === undefined) return undefined;
  try {
    const stored = storedKeys.parse(JSON.parse(text));
    return { stored, publicKey: createPublicKey(createPrivateKey({ key: stored.tokenKey, format: 'jwk' })).export({ format: 'jwk' }) as JWK };
  } catch {
    // The cause may quote a key.
    throw new FileProblem(`${path} is damaged: restore it from a backup, or delete it to have new keys, which end all sign-ins and cursors.`);
  }
};

/**
 * Reads the keys of a data directory, and makes them the first time. Their owner alone can use the directory and the file.
 * @param warn told when others could.
 * @throws {FileProblem} naming the file that can't be used.
 */
export const openKeys = async (dataDir: string, warn: Warn): Promise<Keys> => {
  ensurePrivateDirectory(dataDir, warn);
  const path = join(dataDir, FILE);
  keepPrivateFile(path, warn);
  let found = read(path);
  if (!found) {
    usingFile(path, () => writeOnce(dataDir, path));
    found = read(path);
  }
  if (!found) throw new FileProblem(`${path} went away while it was read: start this process again.`);
  const { stored, publicKey } = found;
  const privateKey = stored.tokenKey as JWK;
  const kid = await calculateJwkThumbprint(publicKey);
  return {
    tokenKey: { ...privateKey, kid, alg: 'EdDSA' },
    jwks: { keys: [{ ...publicKey, kid, alg: 'EdDSA', use: 'sig' }] },
    identitySecret: stored.identitySecret,
    cursorSecret: stored.cursorSecret,
  };
};
