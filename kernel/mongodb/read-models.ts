import type { ViewDefinition, ViewPage, ViewPageQuery, ViewQuery, ViewWrite } from '../read-models/read-models';
import type { RebuildableReadModels } from '../read-models/view-versions';
import type { ChangeWakeUps } from './change-wake-ups';
import type { Lease } from './lease';
import { jsonOf } from './stored-json';
import { available } from './unavailable';
import { documentId, fieldPath, isLive, type ViewDocument } from './view-documents';
import { halfQuery, matching, type Half } from './view-query';
import type { ViewVersions } from './view-versions';
import { writeView } from './view-write';

interface ReadModelsPorts {
  versions: ViewVersions;
  wakeUps: ChangeWakeUps;
  lease: Lease;
}

/** One service's read models: a collection for each version of a view. */
export class MongodbReadModels implements RebuildableReadModels {
  readonly #definitions: ReadonlyMap<string, ViewDefinition<never>>;
  readonly #versions: ViewVersions;
  readonly #wakeUps: ChangeWakeUps;
  readonly #lease: Lease;

  constructor(definitions: readonly ViewDefinition<never>[], { versions, wakeUps, lease }: ReadModelsPorts) {
    this.#definitions = new Map(definitions.map((definition) => [definition.name, definition]));
    this.#versions = versions;
    this.#wakeUps = wakeUps;
    this.#lease = lease;
  }

  async write(writes: readonly ViewWrite[]): Promise<void> {
    await Promise.all([...Map.groupBy(writes, ({ view }) => view)].map(async ([view, ofView]) => {
      const definition = this.#definition(view);
      await available(() => writeView(this.#versions.collection(view), definition, ofView, this.#versions.isBeingBuiltHere(view)));
    }));
  }

  async get<Document>(view: string, lab: string, ids: readonly string[]): Promise<Map<string, Document>> {
    const collection = this.#versions.collection(view);
    if (ids.length === 0) return new Map();
    const documents = await available(() => collection.find(
      { _id: { $in: ids.map((id) => documentId(lab, id)) } }, { projection: { lab: 1, id: 1, document: 1 }, batchSize: ids.length + 1 },
    ).toArray());
    return new Map(documents.filter(isLive).map(({ id, document }) => [id, jsonOf(document) as Document]));
  }

  async page<Document>(query: ViewPageQuery): Promise<ViewPage<Document>> {
    const definition = this.#definition(query.view);
    const collection = this.#versions.collection(query.view);
    const { limit, fromEnd = false, orderBy } = query;
    const halves: Half[] = fromEnd ? ['nulls', 'values'] : ['values', 'nulls'];
    const projection = { lab: 1, id: 1, document: 1, [fieldPath(orderBy.field)]: 1 };
    const documents: ViewDocument[] = [];
    // One more than asked for tells whether there is more.
    for (const half of halves) {
      const asked = limit + 1 - documents.length;
      const reading = asked > 0 && halfQuery(definition, query, half, fromEnd);
      if (reading) documents.push(...await available(() => collection.find(reading.filter, { sort: reading.sort, limit: asked, batchSize: asked + 1, projection }).toArray()));
    }
    const taken = documents.filter(isLive).slice(0, limit);
    if (fromEnd) taken.reverse();
    return {
      items: taken.map(({ id, document, fields }) => ({
        id, document: jsonOf(document) as Document, position: { value: fields[orderBy.field] as string | number | null, id },
      })),
      hasMore: documents.length > limit,
    };
  }

  async count(query: ViewQuery): Promise<number> {
    const filter = { $and: matching(this.#definition(query.view), query) };
    return available(() => this.#versions.collection(query.view).countDocuments(filter));
  }

  pageEach<Document>(queries: readonly ViewPageQuery[]): Promise<ViewPage<Document>[]> {
    return Promise.all(queries.map((query) => this.page<Document>(query)));
  }

  countEach(queries: readonly ViewQuery[]): Promise<number[]> {
    return Promise.all(queries.map((query) => this.count(query)));
  }

  watch(view: string, lab: string, id: string, wake: () => void): () => void {
    return this.#wakeUps.watch(this.#versions.collection(view).collectionName, documentId(lab, id), wake);
  }

  async outdated(): Promise<string[]> {
    await this.#versions.refresh();
    return [...this.#definitions.keys()].filter((view) => this.#versions.state(view) !== 'rebuilt');
  }

  async rebuildOutdated(rebuild: (views: readonly string[], signal: AbortSignal) => Promise<void>): Promise<void> {
    if ((await this.outdated()).length === 0) return;
    await this.#lease.hold(async (signal) => {
      // Whoever held the lease before may have done it.
      const outdated = await this.outdated();
      if (outdated.length > 0) await rebuild(outdated, signal);
    });
  }

  async clear(view: string): Promise<void> {
    await this.#versions.begin(this.#definition(view));
  }

  async rebuilt(view: string): Promise<void> {
    if (!(await this.#versions.finish(this.#definition(view)))) throw new Error(`Another process has begun to rebuild the view ${view}`);
  }

  #definition(view: string): ViewDefinition<never> {
    const definition = this.#definitions.get(view);
    if (!definition) throw new TypeError(`There is no view ${view}`);
    return definition;
  }
}
