import { createServer } from 'node:http';
import { randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';

export const ISSUER = 'https://conformance.example';
export const AUDIENCE = 'conformance';

interface Claims {
  readonly subject?: string;
  /** With blanks between. */
  readonly scope?: string;
  readonly audience?: string;
  /** From now, in seconds; negative for a token whose time is over. Default an hour. */
  readonly lives?: number;
}

/** Issues the suite's tokens, and serves the public key that they are checked with. */
export class Tokens {
  private constructor(private readonly key: CryptoKey, private readonly foreignKey: CryptoKey, private readonly id: string, readonly url: string, readonly stop: () => Promise<void>) {}

  /** @throws {Error} if the port is taken. */
  static async serve(port: number): Promise<Tokens> {
    // ES256, since every gateway knows it. A new id in each run: a gateway that is still running has the key of the last one.
    const [{ privateKey, publicKey }, foreign, id] = [await generateKeyPair('ES256'), await generateKeyPair('ES256'), randomUUID()];
    const key: JWK = { ...await exportJWK(publicKey), alg: 'ES256', use: 'sig', kid: id };
    const server = createServer((_, response) => response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: [key] })));
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error) => reject(new Error(`The public keys can't be served at port ${port}`, { cause: error })));
      server.listen(port, '127.0.0.1', resolve);
    });
    const stop = async (): Promise<void> => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    };
    return new Tokens(privateKey, foreign.privateKey, id, `http://127.0.0.1:${port}/jwks.json`, stop);
  }

  issue(claims: Claims = {}): Promise<string> {
    return this.sign(claims, this.key);
  }

  /** Says that it is signed with the suite's key, and isn't. */
  forge(claims: Claims = {}): Promise<string> {
    return this.sign(claims, this.foreignKey);
  }

  private sign({ subject = 'ada', scope = '', audience = AUDIENCE, lives = 3_600 }: Claims, key: CryptoKey): Promise<string> {
    const now = Math.floor(Date.now() / 1_000);
    return new SignJWT({ scope }).setProtectedHeader({ alg: 'ES256', kid: this.id }).setSubject(subject).setIssuer(ISSUER).setAudience(audience)
      .setIssuedAt(now - 60).setExpirationTime(now + lives).sign(key);
  }
}
