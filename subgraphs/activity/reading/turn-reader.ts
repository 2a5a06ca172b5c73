import type { ReadModels } from '@test-planning/kernel/read-models';

/**
 * Reads a view's documents by id; all that are asked for in one turn of the event loop, whoever asks, by one read per lab. It remembers nothing, so
 * that it serves a subscription as well, where the same thing is asked for again and again over months.
 */
export class TurnReader<Document> {
  #asked = new Map<string, { ids: Set<string>; documents: Promise<Map<string, Document>> }>();

  constructor(
    private readonly views: Pick<ReadModels, 'get'>,
    private readonly view: string,
  ) {}

  async read(lab: string, id: string): Promise<Document | undefined> {
    return (await this.readAll(lab, [id])).get(id);
  }

  /** The answer may hold others' documents as well. */
  readAll(lab: string, ids: readonly string[]): Promise<ReadonlyMap<string, Document>> {
    const turn = this.#asked.get(lab) ?? this.#begin(lab);
    for (const id of ids) turn.ids.add(id);
    return turn.documents;
  }

  #begin(lab: string) {
    const ids = new Set<string>();
    // Behind all microtasks: resolvers beside the one that asks first may take several of them before they ask.
    const documents = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      this.#asked.delete(lab);
      return this.views.get<Document>(this.view, lab, [...ids]);
    });
    const turn = { ids, documents };
    this.#asked.set(lab, turn);
    return turn;
  }
}
