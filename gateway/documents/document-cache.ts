import { GraphQLError, Kind, NoSchemaIntrospectionCustomRule, specifiedRules, validate } from 'graphql';
import type { DocumentNode, FragmentDefinitionNode, GraphQLSchema, OperationDefinitionNode, ValidationRule } from 'graphql';
import { shownMessage, shownName } from '../errors/shown-text';
import { BoundedCache } from '../bounded-cache';
import { documentHash } from './document-hash';
import { checkNesting, checkSize } from './document-size';
import type { DocumentLimits } from './document-size';
import { gatewayRules } from './gateway-rules';
import { introspectionSizeOf, wholeSchemaSize } from './introspection-size';
import type { IntrospectionSize } from './introspection-size';
import { parseLocated } from './located-document';
import type { LocatedDocument } from './located-document';

/** One operation of a valid document. */
export interface ClientOperation {
  readonly operation: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
}

type OpenedDocument<Prepared> =
  | ValidDocument<Prepared>
  | { readonly kind: 'invalid'; readonly errors: readonly GraphQLError[] };

interface ValidDocument<Prepared> {
  readonly kind: 'valid';
  select(operationName: string | null | undefined): Prepared | GraphQLError;
  /** What was selected so far. */
  selected(): readonly SelectedOperation<Prepared>[];
}

interface SelectedOperation<Prepared> {
  readonly name: string | undefined;
  readonly operation: Prepared;
}

/** A document in use. */
interface RecentDocument<Prepared> {
  readonly text: string;
  readonly operations: readonly SelectedOperation<Prepared>[];
}

interface DocumentCacheOptions<Prepared> {
  readonly schema: GraphQLSchema;
  readonly limits: DocumentLimits;
  readonly introspection: boolean;
  /** How many documents are kept, and how many characters of text those may have together. */
  readonly capacity: number;
  readonly maxCharacters: number;
  prepare(operation: ClientOperation): Prepared;
}

interface KeptDocument<Prepared> {
  readonly text: string;
  readonly opened: ValidDocument<Prepared>;
}

const maxErrors = 20;
/** How often one operation may read as much as the whole schema is. */
const maxSchemaReads = 10;

/** Parses, validates and prepares each document once, for as long as it is in use. */
export class DocumentCache<Prepared extends object> {
  /** By the hash of the text: comparing texts as keys would take longer, and time that a client can choose. */
  private readonly documents: BoundedCache<string, KeptDocument<Prepared>>;
  private readonly rules: readonly ValidationRule[];
  private readonly introspectionSize: IntrospectionSize;
  private readonly maxIntrospectionSize: number;

  constructor(private readonly options: DocumentCacheOptions<Prepared>) {
    this.documents = new BoundedCache(options.capacity, { maxWeight: options.maxCharacters, weightOf: (_, { text }) => text.length });
    this.introspectionSize = introspectionSizeOf(options.schema);
    this.maxIntrospectionSize = maxSchemaReads * wholeSchemaSize(this.introspectionSize);
    this.rules = [...specifiedRules, ...(options.introspection ? [] : [NoSchemaIntrospectionCustomRule])];
  }

  /**
   * Never throws: whatever is wrong with the text is told by errors with the code GRAPHQL_PARSE_FAILED or GRAPHQL_VALIDATION_FAILED.
   * @param hash the text's {@link documentHash}, where it is known already.
   */
  open(text: string, hash: string = documentHash(text)): OpenedDocument<Prepared> {
    // In UTF-8 all unpaired surrogates are one and the same, so that texts which differ in them have the same hash.
    if (!text.isWellFormed()) return { kind: 'invalid', errors: [coded(new GraphQLError('The document is not valid Unicode'), 'GRAPHQL_PARSE_FAILED')] };
    const known = this.documents.get(hash);
    if (known) return known.opened;
    const opened = this.read(text);
    // Only what is valid is kept, so that a flood of nonsense pushes nothing out.
    if (opened.kind === 'valid') this.documents.set(hash, { text, opened });
    return opened;
  }

  /** The `count` most recently used documents, the last one first. */
  recent(count: number): RecentDocument<Prepared>[] {
    return this.documents.recent(count).map(({ value: { text, opened } }) => ({ text, operations: opened.selected() }));
  }

  private read(text: string): OpenedDocument<Prepared> {
    const { schema, limits, introspection } = this.options;
    let located: LocatedDocument;
    try {
      const tooDeep = checkNesting(text, limits);
      if (tooDeep) return { kind: 'invalid', errors: [tooDeep] };
      located = parseLocated(text, limits.maxTokens);
    } catch (error) {
      return { kind: 'invalid', errors: [coded(error, 'GRAPHQL_PARSE_FAILED')] };
    }
    const { document } = located;
    const tooLarge = checkSize(document, limits);
    if (tooLarge) return { kind: 'invalid', errors: [tooLarge] };
    // Ours come first: one of GraphQL's throws at a subscription with a condition by variable, which ours refuses.
    const refused = validate(schema, document, gatewayRules, { maxErrors });
    // Where the schema is hidden, its names are not to be guessed at with the help of "Did you mean".
    const errors = refused.length > 0 ? refused : validate(schema, document, this.rules, { maxErrors, hideSuggestions: !introspection });
    if (errors.length > 0) return { kind: 'invalid', errors: errors.map((error) => located.located(inPlainWords(error), 'GRAPHQL_VALIDATION_FAILED')) };
    if (this.introspectionSize(document.definitions) > this.maxIntrospectionSize) {
      return { kind: 'invalid', errors: [coded(new GraphQLError(`The operation reads more than ${maxSchemaReads} times the whole schema`), 'GRAPHQL_VALIDATION_FAILED')] };
    }
    return this.valid(document);
  }

  private valid(document: DocumentNode): ValidDocument<Prepared> {
    const operations = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
    const fragments = new Map(document.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION).map((node) => [node.name.value, node]));
    const prepared = new Map<OperationDefinitionNode, Prepared>();
    return {
      kind: 'valid',
      selected: () => [...prepared].map(([{ name }, operation]) => ({ name: name?.value, operation })),
      select: (operationName) => {
        const operation = selectOperation(operations, operationName);
        if (operation instanceof GraphQLError) return operation;
        const known = prepared.get(operation);
        if (known) return known;
        const fresh = this.options.prepare({ operation, fragments });
        prepared.set(operation, fresh);
        return fresh;
      },
    };
  }
}

function selectOperation(operations: readonly OperationDefinitionNode[], name: string | null | undefined): OperationDefinitionNode | GraphQLError {
  const candidates = name ? operations.filter((operation) => operation.name?.value === name) : operations;
  const [operation, another] = candidates;
  if (operation && !another) return operation;
  const message = name
    ? `The document has no operation named "${shownName(name)}"`
    : operation ? 'The document has several operations: operationName must say which' : 'The document has no operation';
  return new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT', field: 'operationName' } });
}

/** The library that validates gives up on documents whose fields would take too long to compare with one another, and says no more than that. */
function inPlainWords(error: GraphQLError): GraphQLError {
  return error.message === 'Validation aborted.' ? new GraphQLError('The document asks for the same fields in too many places to be validated') : error;
}

function coded(error: unknown, code: string): GraphQLError {
  if (!(error instanceof GraphQLError)) return new GraphQLError('The document cannot be read', { extensions: { code } });
  return new GraphQLError(shownMessage(error.message), { nodes: error.nodes, source: error.source, positions: error.positions, extensions: { code } });
}
