import type { Collection, Db } from 'mongodb';
import type { ViewDefinition } from '../read-models/read-models';
import type { Logger } from '../telemetry/logger';
import { isDuplicateKey } from './duplicates';
import { retrying } from './server-check';
import { available } from './unavailable';
import { viewIndexes, type ViewDocument } from './view-documents';

/** What is known of a view's documents in one version of it. */
interface ViewVersionDocument {
  /** `<view>.v<version>` */
  _id: string;
  view: string;
  version: number;
  /** What else decides whether the documents can be served: fields and search. */
  form: string;
  /** Counts the times that it was begun. Each has a collection of its own, so that who began before can neither spoil nor finish what was begun after. */
  generation: number;
  /** `superseded`: complete, but another version is the one that is written to since. */
  state: 'building' | 'rebuilt' | 'superseded';
}

/** The versions of a service's views that this process works with, as last seen; and what it takes to change them. */
export class ViewVersions {
  readonly #db: Db;
  readonly #stored: Collection<ViewVersionDocument>;
  readonly #definitions: readonly ViewDefinition<never>[];
  readonly #logger: Logger;
  /** What this process has begun and not finished. */
  readonly #begun = new Set<string>();
  #known: ReadonlyMap<string, ViewVersionDocument> = new Map();

  constructor(db: Db, definitions: readonly ViewDefinition<never>[], logger: Logger) {
    this.#db = db;
    this.#logger = logger;
    this.#stored = db.collection('view-versions');
    this.#definitions = definitions;
  }

  /** Makes what is missing: an entry, a collection and its indexes for each view. */
  async open(): Promise<void> {
    for (const definition of this.#definitions) {
      await this.#ensure(definition);
      const { state, generation } = await this.#find(definition);
      // What another process is building gets its indexes when it is complete.
      if (state !== 'building' || generation === 0) await this.#index(definition, generation);
    }
    await this.refresh();
  }

  async refresh(): Promise<void> {
    const stored = await available(() => this.#stored.find({ _id: { $in: this.#definitions.map(versionId) } }).toArray());
    this.#known = new Map(stored.map((each) => [each.view, each]));
  }

  state(view: string): ViewVersionDocument['state'] {
    return this.#version(view).state;
  }

  /** Those that are not complete. */
  building(): string[] {
    return [...this.#known.values()].filter(({ state }) => state === 'building').map(({ view }) => view);
  }

  collection(view: string): Collection<ViewDocument> {
    const { _id, generation } = this.#version(view);
    return this.#collection(_id, generation);
  }

  isBeingBuiltHere(view: string): boolean {
    return this.#begun.has(view);
  }

  /** Begins a view anew, empty; only who began last can say that it is rebuilt. It has no indexes until then: to fill it and index it once is faster. */
  async begin(definition: ViewDefinition<never>): Promise<void> {
    const begun = await available(() => this.#stored.findOneAndUpdate(
      { _id: versionId(definition) }, { $inc: { generation: 1 }, $set: { state: 'building' } }, { returnDocument: 'after' },
    ));
    if (!begun) throw new Error(`The view ${definition.name} was removed while it was used`);
    this.#begun.add(definition.name);
    this.#know(begun);
  }

  /** Whether it could be said: it can't when somebody else has begun it anew since. */
  async finish(definition: ViewDefinition<never>): Promise<boolean> {
    const version = this.#version(definition.name);
    await retrying(this.#logger, `Waiting until the view ${definition.name} is indexed`, () => this.#index(definition, version.generation));
    const { matchedCount } = await available(() => this.#stored.updateOne({ _id: version._id, generation: version.generation }, { $set: { state: 'rebuilt' } }));
    this.#begun.delete(definition.name);
    if (matchedCount === 0) return false;
    this.#know({ ...version, state: 'rebuilt' });
    await available(() => this.#stored.updateMany({ view: version.view, _id: { $ne: version._id }, state: 'rebuilt' }, { $set: { state: 'superseded' } }));
    await this.#dropBefore(version);
    return true;
  }

  async #ensure(definition: ViewDefinition<never>): Promise<void> {
    const { name: view, version } = definition;
    const [_id, form] = [versionId(definition), formOf(definition)];
    try {
      await available(() => this.#stored.updateOne({ _id }, { $setOnInsert: { view, version, form, generation: 0, state: 'building' } }, { upsert: true }));
    } catch (error) {
      // Another process made it at the same moment.
      if (!isDuplicateKey(error)) throw error;
    }
    await available(() => this.#stored.updateOne({ _id, form: { $ne: form } }, { $set: { form, state: 'building' }, $inc: { generation: 1 } }));
  }

  async #find(definition: ViewDefinition<never>): Promise<ViewVersionDocument> {
    const found = await available(() => this.#stored.findOne({ _id: versionId(definition) }));
    if (!found) throw new Error(`The view ${definition.name} was removed while it was opened`);
    return found;
  }

  async #index(definition: ViewDefinition<never>, generation: number): Promise<void> {
    const indexes = viewIndexes(definition);
    const collection = this.#collection(versionId(definition), generation);
    if (indexes.length > 0) await available(() => collection.createIndexes(indexes));
  }

  async #dropBefore({ _id, generation }: ViewVersionDocument): Promise<void> {
    const prefix = `views.${_id}.`;
    const collections = await available(() => this.#db.listCollections({ name: { $gt: prefix, $lt: `${prefix}~` } }, { nameOnly: true }).toArray());
    for (const { name } of collections) {
      if (Number(name.slice(prefix.length)) < generation) await available(() => this.#db.dropCollection(name));
    }
  }

  #collection(version: string, generation: number): Collection<ViewDocument> {
    return this.#db.collection(`views.${version}.${generation}`);
  }

  #version(view: string): ViewVersionDocument {
    const version = this.#known.get(view);
    if (!version) throw new TypeError(`There is no view ${view}`);
    return version;
  }

  #know(version: ViewVersionDocument): void {
    this.#known = new Map([...this.#known, [version.view, version]]);
  }
}

const versionId = ({ name, version }: ViewDefinition<never>): string => `${name}.v${version}`;

const formOf = ({ fields, search }: ViewDefinition<never>): string =>
  JSON.stringify([Object.entries(fields).map(([name, { kind }]) => [name, kind]), search !== undefined]);
