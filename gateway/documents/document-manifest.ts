import { GraphQLError, parse } from 'graphql';

/** A list of documents can't be used; `message` is one sentence for whoever wrote it. */
export class ManifestRefused extends Error {
  override readonly name = 'ManifestRefused';
}

const apolloFormat = 'apollo-persisted-query-manifest';

/**
 * Reads a list of documents, by their identifiers: a manifest of persisted queries as Apollo's tools write it
 * (`{"format": "apollo-persisted-query-manifest", "version": 1, "operations": [{"id", "name", "type", "body"}]}`), or one object of texts as Relay and
 * graphql-codegen do (`{"<id>": "<text>"}`).
 * @throws {ManifestRefused} naming the first entry that is wrong.
 */
export function readManifest(json: string): ReadonlyMap<string, string> {
  const entries = entriesOf(parseJson(json));
  const documents = new Map<string, string>();
  for (const { place, id, text } of entries) {
    if (typeof id !== 'string' || id === '') throw new ManifestRefused(`${place} has no identifier`);
    if (typeof text !== 'string') throw new ManifestRefused(`${place} has no text of a document`);
    if (documents.has(id) && documents.get(id) !== text) throw new ManifestRefused(`${place} has the identifier "${id}", which another document has as well`);
    checkSyntax(place, text);
    documents.set(id, text);
  }
  return documents;
}

interface Entry {
  readonly place: string;
  readonly id: unknown;
  readonly text: unknown;
}

function entriesOf(manifest: unknown): Entry[] {
  if (!isRecord(manifest)) throw new ManifestRefused('It is no JSON object');
  if (!('format' in manifest)) return Object.entries(manifest).map(([id, text]) => ({ place: `"${id}"`, id, text }));
  const { format, version, operations } = manifest;
  if (format !== apolloFormat || version !== 1) throw new ManifestRefused(`Its format is ${JSON.stringify(format)}, version ${JSON.stringify(version)}; "${apolloFormat}", version 1, is known here`);
  if (!Array.isArray(operations)) throw new ManifestRefused('"operations" is no list');
  return operations.map((operation: unknown, index) => {
    const place = `operations[${index}]`;
    if (!isRecord(operation)) throw new ManifestRefused(`${place} is no object`);
    return { place, id: operation['id'], text: operation['body'] };
  });
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new ManifestRefused(`It is no JSON: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

function checkSyntax(place: string, text: string): void {
  try {
    parse(text, { noLocation: true });
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    throw new ManifestRefused(`${place} is no GraphQL document: ${error.message}`, { cause: error });
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
