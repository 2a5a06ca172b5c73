/** A running system as a client meets it: an address, and somebody who hands out tokens. */
export interface System {
  /** Of the GraphQL endpoint. */
  readonly url: string;
  readonly origin: string;
  /** Where the keys lie that sign its tokens. */
  readonly dataDir: string;
  token(claims: TokenRequest): Promise<string>;
  stop(): Promise<void>;
}

export interface TokenRequest {
  user: string;
  lab: string;
  /** Space separated; by default all that a scientist has. */
  scopes?: string;
  /** Seconds. */
  expires?: number;
}
