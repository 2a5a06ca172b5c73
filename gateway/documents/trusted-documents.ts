import { documentHash } from './document-hash';

interface TrustedDocument {
  readonly text: string;
  readonly hash: string;
}

/** Documents that were written by people who are trusted, and given to the gateway beforehand. */
export class TrustedDocuments {
  private byId: ReadonlyMap<string, TrustedDocument> = new Map();
  private byHash: ReadonlyMap<string, TrustedDocument> = new Map();

  /**
   * @param documents texts by their identifiers, which may be anything: most tools take the hash of the text.
   * @param only no other document is to be executed.
   */
  constructor(documents: ReadonlyMap<string, string>, readonly only: boolean) {
    this.replace(documents);
  }

  /** From now on these, and none of those before. */
  replace(documents: ReadonlyMap<string, string>): void {
    const trusted = [...documents].map(([id, text]) => [id, { text, hash: documentHash(text) }] as const);
    this.byId = new Map(trusted);
    this.byHash = new Map(trusted.map(([, document]) => [document.hash, document]));
  }

  /** @param identifier of the list, or the hash of a text in it. */
  get(identifier: string): TrustedDocument | undefined {
    return this.byHash.get(identifier) ?? this.byId.get(identifier);
  }

  get size(): number {
    return this.byId.size;
  }
}
