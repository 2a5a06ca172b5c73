import { fieldNamed, meetsAll } from '../read-models/conditions';
import { comparePositions } from '../read-models/order';
import type { KeysetPosition, ViewDefinition, ViewPage, ViewPageQuery, ViewQuery, ViewWrite } from '../read-models/read-models';
import type { RebuildableReadModels } from '../read-models/view-versions';
import { WakeUps } from '../read-models/wake-ups';
import { searchedWords, searchWords } from '../read-models/words';
import { promised } from './promised';

interface Entry {
  lab: string;
  id: string;
  sequence: number;
  /** JSON text, so that nobody changes what is stored; null is a tombstone. */
  document: string | null;
}

interface View {
  definition: ViewDefinition<never>;
  entries: Map<string, Entry>;
  outdated: boolean;
}

/** Read models in memory; every query looks at everything. */
export class MemoryReadModels implements RebuildableReadModels {
  readonly #views: ReadonlyMap<string, View>;
  readonly #wakeUps = new WakeUps();

  constructor(definitions: readonly ViewDefinition<never>[]) {
    this.#views = new Map(definitions.map((definition) => [definition.name, { definition, entries: new Map(), outdated: true }]));
  }

  write(writes: readonly ViewWrite[]): Promise<void> {
    return promised(() => {
      for (const { view, lab, id, sequence, document } of writes) {
        const { entries } = this.#view(view);
        const there = entries.get(entryKey(lab, id));
        if (there && there.sequence >= sequence) continue;
        entries.set(entryKey(lab, id), { lab, id, sequence, document: document === null ? null : JSON.stringify(document) });
        this.#wakeUps.wake(watchKey(view, lab, id));
      }
    });
  }

  get<Document>(view: string, lab: string, ids: readonly string[]): Promise<Map<string, Document>> {
    return promised(() => {
      const { entries } = this.#view(view);
      const found = ids.map((id) => entries.get(entryKey(lab, id))).filter((entry) => entry !== undefined);
      return new Map(found.filter(isDocument).map(({ id, document }) => [id, JSON.parse(document) as Document]));
    });
  }

  page<Document>(query: ViewPageQuery): Promise<ViewPage<Document>> {
    return promised(() => {
      const { direction, field } = query.orderBy;
      const { after, before, limit, fromEnd = false } = query;
      const places = this.#matching<Document>(query)
        .map(({ id, document }) => ({ id, document, position: { id, value: this.#orderValue(query.view, field, document) } }))
        .filter(({ position }) => !after || comparePositions(position, after, direction) > 0)
        .filter(({ position }) => !before || comparePositions(position, before, direction) < 0)
        .sort((a, b) => comparePositions(a.position, b.position, direction));
      const items = fromEnd ? places.slice(Math.max(0, places.length - limit)) : places.slice(0, limit);
      return { items, hasMore: places.length > items.length };
    });
  }

  count(query: ViewQuery): Promise<number> {
    return promised(() => this.#matching(query).length);
  }

  pageEach<Document>(queries: readonly ViewPageQuery[]): Promise<ViewPage<Document>[]> {
    return Promise.all(queries.map((query) => this.page<Document>(query)));
  }

  countEach(queries: readonly ViewQuery[]): Promise<number[]> {
    return Promise.all(queries.map((query) => this.count(query)));
  }

  watch(view: string, lab: string, id: string, wake: () => void): () => void {
    return this.#wakeUps.add(watchKey(view, lab, id), wake);
  }

  outdated(): Promise<string[]> {
    return Promise.resolve([...this.#views.values()].filter(({ outdated }) => outdated).map(({ definition }) => definition.name));
  }

  async rebuildOutdated(rebuild: (views: readonly string[], signal: AbortSignal) => Promise<void>): Promise<void> {
    const outdated = await this.outdated();
    // No other process has these views, so that none can take over.
    if (outdated.length > 0) await rebuild(outdated, new AbortController().signal);
  }

  clear(view: string): Promise<void> {
    return promised(() => {
      const known = this.#view(view);
      known.entries.clear();
      known.outdated = true;
    });
  }

  rebuilt(view: string): Promise<void> {
    return promised(() => {
      this.#view(view).outdated = false;
    });
  }

  #matching<Document>({ view, lab, where = [], search = '' }: ViewQuery): { id: string; document: Document }[] {
    const { definition, entries } = this.#view(view);
    const asked = searchedWords(search);
    if (asked.length > 0 && !definition.search) throw new TypeError(`${view} can't be searched`);
    return [...entries.values()]
      .filter((entry) => lab === undefined || entry.lab === lab)
      .filter(isDocument)
      .map(({ id, document }) => ({ id, document: JSON.parse(document) as Document }))
      .filter(({ document }) => meetsAll(definition.fields, document, where))
      .filter(({ document }) => {
        if (asked.length === 0) return true;
        const words = (definition.search?.(document as never) ?? []).flatMap(searchWords);
        return asked.every((prefix) => words.some((word) => word.startsWith(prefix)));
      });
  }

  #orderValue(view: string, name: string, document: unknown): KeysetPosition['value'] {
    const field = fieldNamed(this.#view(view).definition.fields, name);
    if (field.kind === 'keywords') throw new TypeError(`${name} has no order`);
    return field.of(document as never);
  }

  #view(name: string): View {
    const view = this.#views.get(name);
    if (!view) throw new TypeError(`There is no view ${name}`);
    return view;
  }
}

const isDocument = (entry: Entry): entry is Entry & { document: string } => entry.document !== null;
const entryKey = (lab: string, id: string): string => `${lab}/${id}`;
const watchKey = (view: string, lab: string, id: string): string => `${view}/${lab}/${id}`;
