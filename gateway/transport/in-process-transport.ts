import { execute, GraphQLError, Kind, OperationTypeNode, parse, specifiedRules, validate, ValuesOfCorrectTypeRule } from 'graphql';
import type { DocumentNode, ExecutionArgs, GraphQLSchema, ValidationRule } from 'graphql';
import { variableRules } from '../documents/variables';
import type { VariableRules } from '../documents/variables';
import { clientError } from '../errors/client-errors';
import { news } from './news';
import { asResult, OpenSubscription } from './open-subscription';
import type { TellPosition } from './open-subscription';
import type { SubgraphOperation, SubgraphRequest, SubgraphResult, SubgraphTransport } from './subgraph-transport';

export interface InProcessSubgraph {
  readonly schema: GraphQLSchema;
  /**
   * What the resolvers get as their context, made from the request's headers; a rejection becomes the request's error. `signal` is aborted
   * when a subscription is left: an async generator that waits for its next event has no other way to know. `tellPosition` is for a subscription's
   * source: it tells that everything up to a cursor has been handed over, also where nothing of it was for this subscription, so that it can be
   * taken up again there. One that is told in the same turn as an event is handed over gives way to the event's own cursor.
   */
  contextOf(headers: Readonly<Record<string, string>>, signal: AbortSignal | undefined, tellPosition: TellPosition): unknown;
}

/** A document that the subgraph's schema agrees with, and what its variables have to be. */
interface OpenedDocument {
  readonly document: DocumentNode;
  readonly variables: VariableRules;
}

/** A query has no place. */
const toNobody: TellPosition = () => undefined;

/** Calls a subgraph's schema in this process: no HTTP, no serialization. */
export function inProcessTransport({ schema, contextOf }: InProcessSubgraph): SubgraphTransport {
  const known = new WeakMap<SubgraphOperation, OpenedDocument | readonly GraphQLError[]>();
  const open = new Set<OpenSubscription>();

  /** What a subgraph's own server would refuse is refused here as well: the gateway's schema does not know its scalars' formats. */
  function opened({ operation }: SubgraphRequest): OpenedDocument | readonly GraphQLError[] {
    let found = known.get(operation);
    // Where the gateway made the document, it is valid but for what only the subgraph knows.
    if (!found) known.set(operation, found = operation.document ? check(operation.document, [ValuesOfCorrectTypeRule]) : check(operation.query, specifiedRules));
    return found;
  }

  function check(source: DocumentNode | string, rules: readonly ValidationRule[]): OpenedDocument | readonly GraphQLError[] {
    try {
      const document = typeof source === 'string' ? parse(source, { noLocation: true }) : source;
      const errors = validate(schema, document, rules);
      if (errors.length > 0) return errors.map(({ message }) => clientError('GRAPHQL_VALIDATION_FAILED', message));
      const operation = document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION);
      const fragments = document.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION);
      if (!operation) return [clientError('GRAPHQL_VALIDATION_FAILED', 'The document has no operation')];
      return { document, variables: variableRules(operation, fragments, schema) };
    } catch (error) {
      return [clientError('GRAPHQL_PARSE_FAILED', error instanceof GraphQLError ? error.message : 'The operation cannot be parsed')];
    }
  }

  function admitted(request: SubgraphRequest): DocumentNode | readonly GraphQLError[] {
    const found = opened(request);
    if (!('document' in found)) return found;
    const wrong = found.variables.check(request.variables ?? {});
    return wrong.length > 0 ? wrong : found.document;
  }

  async function argumentsOf(request: SubgraphRequest, document: DocumentNode, tellPosition: TellPosition): Promise<ExecutionArgs> {
    return {
      schema,
      document,
      contextValue: await contextOf(request.headers, request.signal, tellPosition),
      variableValues: request.variables ?? {},
      operationName: request.operation.operationName ?? null,
    };
  }

  async function begin(request: SubgraphRequest, tellPosition: TellPosition): Promise<ExecutionArgs | SubgraphResult> {
    const document = admitted(request);
    if (!('kind' in document)) return { errors: document };
    try {
      return await argumentsOf(request, document, tellPosition);
    } catch (error) {
      return asResult(error);
    }
  }

  return {
    async execute(request) {
      const document = admitted(request);
      if (!('kind' in document)) return { errors: document };
      try {
        return await execute(await argumentsOf(request, document, toNobody)) as SubgraphResult;
      } catch (error) {
        return asResult(error);
      } finally {
        if (request.operation.kind === OperationTypeNode.MUTATION) news.heard();
      }
    },

    subscribe(request) {
      const leaving = new AbortController();
      const subscription: OpenSubscription = new OpenSubscription({
        open: (tellPosition) => begin({ ...request, signal: leaving.signal }, tellPosition),
        onEnd() {
          open.delete(subscription);
          leaving.abort();
        },
      });
      open.add(subscription);
      if (request.signal?.aborted) void subscription.return();
      else request.signal?.addEventListener('abort', () => void subscription.return(), { once: true, signal: leaving.signal });
      return subscription;
    },

    async stop() {
      await Promise.all([...open].map((subscription) => subscription.return()));
    },
  };
}
