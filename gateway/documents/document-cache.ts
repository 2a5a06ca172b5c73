import { GraphQLError, Kind, NoSchemaIntrospectionCustomRule, parse, specifiedRules, validate } from 'graphql';
import type { DocumentNode, FragmentDefinitionNode, GraphQLSchema, OperationDefinitionNode, ValidationRule } from 'graphql';
import { BoundedCache } from '../bounded-cache';
import { checkNesting, checkSize } from './document-size';
import type { DocumentLimits } from './document-size';
import { gatewayRules } from './gateway-rules';

/** One operation of a valid document. */
export interface ClientOperation {
  readonly operation: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
}

type OpenedDocument<Prepared> =
  | { readonly kind: 'valid'; select(operationName: string | null | undefined): Prepared | GraphQLError }
  | { readonly kind: 'invalid'; readonly errors: readonly GraphQLError[] };

interface DocumentCacheOptions<Prepared> {
  readonly schema: GraphQLSchema;
  readonly limits: DocumentLimits;
  readonly introspection: boolean;
  readonly capacity: number;
  prepare(operation: ClientOperation): Prepared;
}

/** Longer texts are parsed each time: a few clients could otherwise fill the memory with them. */
const maxCachedLength = 64 * 1024;
const maxErrors = 20;

/** Parses, validates and prepares each document once, for as long as it is in use. */
export class DocumentCache<Prepared extends object> {
  private readonly documents: BoundedCache<string, OpenedDocument<Prepared>>;
  private readonly rules: readonly ValidationRule[];

  constructor(private readonly options: DocumentCacheOptions<Prepared>) {
    this.documents = new BoundedCache(options.capacity);
    this.rules = [...specifiedRules, ...(options.introspection ? [] : [NoSchemaIntrospectionCustomRule])];
  }

  /** Never throws: whatever is wrong with the text is told by errors with the code GRAPHQL_PARSE_FAILED or GRAPHQL_VALIDATION_FAILED. */
  open(text: string): OpenedDocument<Prepared> {
    const known = this.documents.get(text);
    if (known) return known;
    const opened = this.read(text);
    // Only what is valid is kept, so that a flood of nonsense pushes nothing out.
    if (opened.kind === 'valid' && text.length <= maxCachedLength) this.documents.set(text, opened);
    return opened;
  }

  private read(text: string): OpenedDocument<Prepared> {
    const { schema, limits } = this.options;
    const tooDeep = checkNesting(text, limits.maxDepth);
    if (tooDeep) return { kind: 'invalid', errors: [tooDeep] };
    let document: DocumentNode;
    try {
      document = parse(text, { maxTokens: limits.maxTokens });
    } catch (error) {
      return { kind: 'invalid', errors: [coded(error, 'GRAPHQL_PARSE_FAILED')] };
    }
    const tooLarge = checkSize(document, limits);
    if (tooLarge) return { kind: 'invalid', errors: [tooLarge] };
    // Ours come first: one of GraphQL's throws at a subscription with a condition by variable, which ours refuses.
    const refused = validate(schema, document, gatewayRules, { maxErrors });
    const errors = refused.length > 0 ? refused : validate(schema, document, this.rules, { maxErrors });
    if (errors.length > 0) return { kind: 'invalid', errors: errors.map((error) => coded(error, 'GRAPHQL_VALIDATION_FAILED')) };
    return this.valid(document);
  }

  private valid(document: DocumentNode): OpenedDocument<Prepared> {
    const operations = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
    const fragments = new Map(document.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION).map((node) => [node.name.value, node]));
    const prepared = new Map<OperationDefinitionNode, Prepared>();
    return {
      kind: 'valid',
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
    ? `The document has no operation named "${name}"`
    : operation ? 'The document has several operations: operationName must say which' : 'The document has no operation';
  return new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT', field: 'operationName' } });
}

function coded(error: unknown, code: string): GraphQLError {
  if (!(error instanceof GraphQLError)) return new GraphQLError('The document cannot be read', { extensions: { code } });
  return new GraphQLError(error.message, { nodes: error.nodes, source: error.source, positions: error.positions, extensions: { code } });
}
