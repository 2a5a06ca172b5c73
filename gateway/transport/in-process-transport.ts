import { execute, GraphQLError, Kind, parse, specifiedRules, subscribe, validate, ValuesOfCorrectTypeRule } from 'graphql';
import type { DocumentNode, ExecutionResult, GraphQLSchema, ValidationRule } from 'graphql';
import { variableRules } from '../documents/variables';
import type { VariableRules } from '../documents/variables';
import { clientError } from '../errors/client-errors';
import type { SubgraphOperation, SubgraphRequest, SubgraphResult, SubgraphTransport } from './subgraph-transport';

export interface InProcessSubgraph {
  readonly schema: GraphQLSchema;
  /**
   * What the resolvers get as their context, made from the request's headers; a rejection becomes the request's error. `signal` is aborted
   * when a subscription is left: an async generator that waits for its next event has no other way to know.
   */
  contextOf(headers: Readonly<Record<string, string>>, signal: AbortSignal | undefined): unknown;
}

/** A document that the subgraph's schema agrees with, and what its variables have to be. */
interface OpenedDocument {
  readonly document: DocumentNode;
  readonly variables: VariableRules;
}

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

  async function argumentsOf(request: SubgraphRequest, document: DocumentNode) {
    return {
      schema,
      document,
      contextValue: await contextOf(request.headers, request.signal),
      variableValues: request.variables ?? {},
      operationName: request.operation.operationName ?? null,
    };
  }

  async function begin(request: SubgraphRequest): Promise<ExecutionResult | AsyncIterableIterator<ExecutionResult>> {
    const document = admitted(request);
    if (!('kind' in document)) return { errors: document };
    try {
      return await subscribe(await argumentsOf(request, document)) as ExecutionResult | AsyncIterableIterator<ExecutionResult>;
    } catch (error) {
      return asResult(error);
    }
  }

  return {
    async execute(request) {
      const document = admitted(request);
      if (!('kind' in document)) return { errors: document };
      try {
        return await execute(await argumentsOf(request, document)) as SubgraphResult;
      } catch (error) {
        return asResult(error);
      }
    },

    subscribe(request) {
      const leaving = new AbortController();
      const source = begin({ ...request, signal: leaving.signal });
      const subscription = new OpenSubscription(source, () => {
        open.delete(subscription);
        leaving.abort();
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

/** Reads the source only when it is read itself, and leaves it at once when it is left, even while the source is silent. */
class OpenSubscription implements AsyncIterableIterator<SubgraphResult> {
  private phase: 'open' | 'ended' = 'open';
  /** The reader's unanswered pull. */
  private pending: PromiseWithResolvers<IteratorResult<SubgraphResult>> | undefined;

  constructor(
    private readonly source: Promise<ExecutionResult | AsyncIterableIterator<ExecutionResult>>,
    private readonly onEnd: () => void,
  ) {}

  next(): Promise<IteratorResult<SubgraphResult>> {
    if (this.phase === 'ended') return Promise.resolve({ value: undefined, done: true });
    const pending = Promise.withResolvers<IteratorResult<SubgraphResult>>();
    this.pending = pending;
    void this.pull().then((step) => {
      if (this.phase === 'open' && (step.done || step.value.data === undefined)) this.end();
      pending.resolve(step);
    });
    return pending.promise;
  }

  return(): Promise<IteratorResult<SubgraphResult>> {
    if (this.phase === 'open') {
      this.end();
      this.pending?.resolve({ value: undefined, done: true });
      // The source may be busy until its next event: it is told now, nobody waits for it, and how it ends concerns nobody.
      void this.source.then((source) => ('next' in source ? source.return?.() : undefined)).catch(() => undefined);
    }
    return Promise.resolve({ value: undefined, done: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Never rejects: what the source throws becomes its last result. */
  private async pull(): Promise<IteratorResult<SubgraphResult>> {
    try {
      const source = await this.source;
      if (!('next' in source)) return { value: source as SubgraphResult, done: false };
      const step = await source.next();
      return step.done ? { value: undefined, done: true } : { value: step.value as SubgraphResult, done: false };
    } catch (error) {
      return { value: asResult(error), done: false };
    }
  }

  private end(): void {
    this.phase = 'ended';
    this.onEnd();
  }
}

function asResult(error: unknown): SubgraphResult {
  if (error instanceof GraphQLError) return { errors: [error] };
  const original = error instanceof Error ? error : new Error(String(error));
  return { errors: [new GraphQLError(original.message, { originalError: original })] };
}
