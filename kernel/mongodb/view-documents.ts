import type { Document, IndexDescription } from 'mongodb';
import type { ViewDefinition, ViewField, ViewWrite } from '../read-models/read-models';
import { searchWords } from '../read-models/words';
import { storedJson, type StoredJson } from './stored-json';

/** What is there or was there. */
export type ViewDocument = Tombstone | Live;

interface Tombstone {
  /** `<lab>/<id>` */
  _id: string;
  sequence: number;
}

/** Having a lab tells it from a tombstone: a condition on it can be answered by every index. */
interface Live extends Tombstone {
  lab: string;
  id: string;
  document: StoredJson;
  /** By name: a value, or null, or words. */
  fields: Record<string, string | number | null | readonly string[]>;
  /** What search finds it by, each once. */
  words?: readonly string[];
}

export const documentId = (lab: string, id: string): string => `${lab}/${id}`;

/** @throws {TypeError} for an id that is no Unicode text. */
export const viewDocumentOf = (definition: ViewDefinition<never>, { lab, id, sequence, document }: ViewWrite): ViewDocument => {
  if (!id.isWellFormed()) throw new TypeError(`Not Unicode text: ${JSON.stringify(id)}`);
  const _id = documentId(lab, id);
  if (document === null) return { _id, sequence };
  const fields: Live['fields'] = {};
  for (const name in definition.fields) fields[name] = (definition.fields[name] as ViewField<never>).of(document as never);
  return {
    _id,
    lab,
    id,
    sequence,
    document: storedJson(document),
    fields,
    ...(definition.search && { words: [...new Set(definition.search(document as never).flatMap(searchWords))] }),
  };
};

/** Tombstones stay for ever, and are looked up by their ids alone. */
const documentsOnly = { partialFilterExpression: { lab: { $exists: true } } };

/** Every index of a view: one per order, one per selective word, one for search. */
export const viewIndexes = ({ fields, search, acrossLabs = false }: ViewDefinition<never>): IndexDescription[] => {
  const lab = acrossLabs ? {} : { lab: 1 };
  const orders = Object.entries(fields).filter(([, field]) => isOrder(field)).map(([name]) => name);
  const selective = Object.entries(fields).filter(([, field]) => field.kind === 'keywords' && field.isSelective === true).map(([name]) => name);
  const [only, ...others] = orders;
  // What is found by a word is sorted in memory where there are several orders to ask for; a single one can be in the index.
  const order = only !== undefined && others.length === 0 ? { [fieldPath(only)]: 1, id: 1 } : {};
  const keys: Document[] = [
    ...orders.map((name) => ({ ...lab, [fieldPath(name)]: 1, id: 1 })),
    ...selective.map((name) => ({ ...lab, [fieldPath(name)]: 1, ...order })),
    ...(search ? [{ ...lab, words: 1 }] : []),
  ];
  return keys.map((key) => ({ key: key as Record<string, 1>, ...documentsOnly }));
};

const isOrder = (field: ViewField<never>): boolean => field.kind !== 'keywords' && field.isOnlyFiltered !== true;

export const isLive = (document: ViewDocument): document is Live => 'lab' in document;

export const fieldPath = (name: string): string => `fields.${name}`;
