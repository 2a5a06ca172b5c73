import type { ViewDefinition, ViewPage, ViewPageQuery, ViewQuery, ViewWrite } from '../read-models/read-models';
import type { RebuildableReadModels } from '../read-models/view-versions';
import { WakeUps } from '../read-models/wake-ups';
import type { Connection } from './connection';
import { halfQuery, joined, matching, type Half, type IsFew } from './view-query';
import { createViewTables, viewTables, type ViewTables } from './view-tables';
import { ViewWriting } from './view-write';
import type { Writer } from './writer';

interface DocumentRow extends Record<string, unknown> {
  id: string;
  document: string;
  value: string | number | null;
}

interface View {
  tables: ViewTables;
  writing: ViewWriting;
}

/** One service's read models: a table per view, with a column and an index for each field that has an order. */
export class SqliteReadModels implements RebuildableReadModels {
  readonly #writer: Writer;
  readonly #service: string;
  readonly #views: ReadonlyMap<string, View>;
  readonly #wakeUps = new WakeUps();

  constructor(writer: Writer, service: string, definitions: readonly ViewDefinition<never>[]) {
    this.#writer = writer;
    this.#service = service;
    this.#views = new Map(definitions.map((definition) => {
      const tables = viewTables(service, definition);
      return [definition.name, { tables, writing: new ViewWriting(tables) }];
    }));
  }

  createTables(connection: Connection): void {
    for (const { tables } of this.#views.values()) createViewTables(connection, tables);
  }

  write(writes: readonly ViewWrite[]): Promise<void> {
    return this.#writer.write((connection, unit) => {
      const written = writes.filter((write) => this.#view(write.view).writing.write(connection, unit, write));
      unit.afterCommit(() => {
        for (const { view, lab, id } of written) this.#wakeUps.wake(watchKey(view, lab, id));
      });
    });
  }

  async get<Document>(view: string, lab: string, ids: readonly string[]): Promise<Map<string, Document>> {
    const sql = `SELECT document FROM ${this.#view(view).tables.documents} WHERE lab = ? AND id = ? AND document IS NOT NULL`;
    const { reading } = this.#writer;
    const found = new Map<string, Document>();
    for (const id of ids) {
      const row = reading.get<DocumentRow>(sql, lab, id);
      if (row) found.set(id, JSON.parse(row.document) as Document);
    }
    return found;
  }

  async page<Document>(query: ViewPageQuery): Promise<ViewPage<Document>> {
    const { tables } = this.#view(query.view);
    const { limit, fromEnd = false } = query;
    const connection = this.#writer.readingDeferred;
    const halves: Half[] = fromEnd ? ['nulls', 'values'] : ['values', 'nulls'];
    const isFew = fewIn(connection, query.lab);
    const rows: DocumentRow[] = [];
    // One more than asked for tells whether there is more.
    for (const half of halves) {
      if (rows.length > limit) break;
      const clause = halfQuery(tables, query, half, fromEnd, limit + 1 - rows.length, isFew);
      if (clause) rows.push(...connection.all<DocumentRow>(clause.sql, ...clause.parameters));
    }
    const taken = rows.slice(0, limit);
    if (fromEnd) taken.reverse();
    return {
      items: taken.map(({ id, document, value }) => ({ id, document: JSON.parse(document) as Document, position: { value, id } })),
      hasMore: rows.length > limit,
    };
  }

  async count(query: ViewQuery): Promise<number> {
    const { tables } = this.#view(query.view);
    const connection = this.#writer.readingDeferred;
    const where = joined(matching(tables, query, fewIn(connection, query.lab)));
    return connection.get<{ count: number }>(`SELECT count(*) AS count FROM ${tables.documents} WHERE ${where.sql}`, ...where.parameters)?.count ?? 0;
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

  async outdated(): Promise<string[]> {
    const rebuilt = this.#writer.reading.all<{ view: string }>('SELECT view FROM view_versions WHERE service = ? AND isRebuilt = 1', this.#service);
    const names = new Set(rebuilt.map(({ view }) => view));
    return [...this.#views.keys()].filter((name) => !names.has(name));
  }

  async rebuildOutdated(rebuild: (views: readonly string[], signal: AbortSignal) => Promise<void>): Promise<void> {
    const outdated = await this.outdated();
    // No other process has this file, so that none can take over.
    if (outdated.length > 0) await rebuild(outdated, new AbortController().signal);
  }

  clear(view: string): Promise<void> {
    const { tables } = this.#view(view);
    return this.#writer.write((connection) => {
      connection.run(`DELETE FROM ${tables.documents}`);
      connection.run(`DELETE FROM ${tables.keywords}`);
      connection.run(`INSERT INTO ${tables.words} (${tables.words}) VALUES ('delete-all')`);
      this.#setRebuilt(connection, view, false);
    });
  }

  rebuilt(view: string): Promise<void> {
    this.#view(view);
    return this.#writer.write((connection) => {
      this.#setRebuilt(connection, view, true);
    });
  }

  #setRebuilt(connection: Connection, view: string, isRebuilt: boolean): void {
    connection.run('UPDATE view_versions SET isRebuilt = ? WHERE service = ? AND view = ?', isRebuilt ? 1 : 0, this.#service, view);
  }

  #view(name: string): View {
    const view = this.#views.get(name);
    if (!view) throw new TypeError(`There is no view ${name}`);
    return view;
  }
}

/** So many documents are looked at one by one sooner than an index of the whole lab is walked. */
const FEW = 1_000;

/** Counts no further than it has to. Who asks for every lab walks the index: that alone has them in order. */
const fewIn = (connection: Connection, lab: string | undefined): IsFew => (numbers) =>
  lab !== undefined
  && (connection.get<{ count: number }>(`SELECT count(*) AS count FROM (${numbers.sql} LIMIT ?)`, ...numbers.parameters, FEW + 1)?.count ?? 0) <= FEW;

const watchKey = (view: string, lab: string, id: string): string => `${view}/${lab}/${id}`;
