import type { GraphQLError } from 'graphql';
import { clientError } from '../errors/client-errors';
import { documentHash } from './document-hash';
import type { PersistedQueries } from './persisted-queries';
import type { TrustedDocuments } from './trusted-documents';

/** How a request says which document it means: by its text, by an identifier, or by both, which then have to agree. */
export interface DocumentParameters {
  readonly query: string | undefined;
  /** As in GraphQL over HTTP's appendix on persisted documents: `sha256:` and 64 hexadecimal digits, or an identifier of a trusted document. */
  readonly documentId?: string | undefined;
  /** `persistedQuery` as Apollo has it: `{version: 1, sha256Hash}`. */
  readonly extensions: Readonly<Record<string, unknown>>;
}

export interface FoundDocument {
  readonly kind: 'found';
  readonly text: string;
  readonly hash: string;
  /** The client will ask for it by its hash: the text is to be kept, if it is valid. */
  readonly toKeep: boolean;
}

interface RefusedDocument {
  readonly kind: 'refused';
  readonly status: number;
  readonly errors: readonly GraphQLError[];
}

interface Identifier {
  readonly kind: 'hash' | 'custom';
  readonly value: string;
  /** Where it stood, for errors. */
  readonly field: string;
}

export interface KnownDocuments {
  readonly trusted: TrustedDocuments | undefined;
  /** Undefined where clients may not put any there. */
  readonly persisted: PersistedQueries | undefined;
}

/** Finds the document that a request means, without looking at what is in it. */
export function requestedDocument(parameters: DocumentParameters, known: KnownDocuments): FoundDocument | RefusedDocument {
  const text = parameters.query === '' ? undefined : parameters.query;
  const identifier = identifierOf(parameters);
  if (identifier !== undefined && 'status' in identifier) return identifier;
  if (text === undefined) {
    return identifier ? byIdentifier(identifier, known) : refused(400, 'BAD_USER_INPUT', '"query" must be a text that is not empty', { field: 'query' });
  }
  const hash = documentHash(text);
  if (identifier && !agrees(identifier, hash, known)) {
    return refused(400, 'PERSISTED_QUERY_HASH_MISMATCH', `"${identifier.field}" is not that of the text in "query"`, { field: identifier.field });
  }
  if (known.trusted?.get(hash)) return { kind: 'found', text, hash, toKeep: false };
  if (known.trusted?.only) return refused(403, 'QUERY_NOT_IN_SAFELIST', 'Only documents that were registered beforehand are executed, and this is none of them');
  if (identifier?.kind === 'hash' && !known.persisted) return notSupported();
  return { kind: 'found', text, hash, toKeep: identifier?.kind === 'hash' };
}

function byIdentifier({ kind, value, field }: Identifier, { trusted, persisted }: KnownDocuments): FoundDocument | RefusedDocument {
  const document = trusted?.get(value);
  if (document) return { kind: 'found', ...document, toKeep: false };
  if (trusted?.only || kind === 'custom') {
    return refused(404, 'PERSISTED_QUERY_NOT_IN_LIST', 'No document with this identifier was registered beforehand', { field });
  }
  if (!persisted) return notSupported();
  const text = persisted.get(value);
  // Message and code are what clients of the protocol look for before they send the text, and 200 what the protocol answers with.
  return text === undefined ? refused(200, 'PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotFound') : { kind: 'found', text, hash: value, toKeep: false };
}

/** A trusted document may have an identifier that is no hash, though it looks like one. */
function agrees({ kind, value }: Identifier, hash: string, { trusted }: KnownDocuments): boolean {
  if (kind === 'hash' && value === hash) return true;
  return trusted?.get(value)?.hash === hash;
}

const prefix = 'sha256:';

function identifierOf({ documentId, extensions: { persistedQuery } }: DocumentParameters): Identifier | RefusedDocument | undefined {
  if (documentId !== undefined) {
    return documentId.startsWith(prefix)
      ? { kind: 'hash', value: documentId.slice(prefix.length), field: 'documentId' }
      : { kind: 'custom', value: documentId, field: 'documentId' };
  }
  if (persistedQuery === undefined || persistedQuery === null) return undefined;
  const { version, sha256Hash } = persistedQuery as Readonly<Record<string, unknown>>;
  if (version !== 1) return badInput('extensions.persistedQuery.version', 'must be 1');
  if (typeof sha256Hash !== 'string' || sha256Hash === '') return badInput('extensions.persistedQuery.sha256Hash', 'must be the SHA-256 of a document, in hexadecimal digits');
  return { kind: 'hash', value: sha256Hash, field: 'extensions.persistedQuery.sha256Hash' };
}

function notSupported(): RefusedDocument {
  return refused(200, 'PERSISTED_QUERY_NOT_SUPPORTED', 'PersistedQueryNotSupported');
}

function badInput(field: string, problem: string): RefusedDocument {
  return refused(400, 'BAD_USER_INPUT', `"${field}" ${problem}`, { field });
}

function refused(status: number, code: string, message: string, extensions?: Readonly<Record<string, unknown>>): RefusedDocument {
  return { kind: 'refused', status, errors: [clientError(code, message, extensions)] };
}
