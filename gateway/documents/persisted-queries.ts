import { BoundedCache } from '../bounded-cache';

const keptTexts = 10_000;
const keptCharacters = 8 * 1024 * 1024;
/** A longer text is read like any other, but has to be sent each time. */
const longestText = 256 * 1024;

/**
 * Automatic persisted queries: texts that clients sent once with their hash, and ask for by it from then on. Of those the most recently used are
 * kept, 10,000 with 8 Mi characters together: a client whose text is gone is told so, and sends it again.
 */
export class PersistedQueries {
  private readonly texts = new BoundedCache<string, string>(keptTexts, { maxWeight: keptCharacters, weightOf: (hash, text) => hash.length + text.length });

  /** Of a document that is known to have this {@link documentHash}. */
  get(hash: string): string | undefined {
    return this.texts.get(hash);
  }

  /** @param text that of a valid document, so that a flood of nonsense pushes nothing out. */
  keep(hash: string, text: string): void {
    if (text.length <= longestText && this.texts.get(hash) === undefined) this.texts.set(hash, text);
  }

  get size(): number {
    return this.texts.size;
  }
}
