import { executeQueryPlan } from '@apollo/gateway';
import { GraphQLError } from 'graphql';
import type { DocumentNode } from 'graphql';
import type { LoadedSupergraph } from '../supergraph/load-supergraph';
import type { GatewayLogger } from '../config';
import { SubgraphUnreachable } from '../transport/subgraph-transport';
import { subgraphOperation } from '../transport/subgraph-operation';
import type { SubgraphOperation, SubgraphResult, SubgraphTransport } from '../transport/subgraph-transport';
import type { PlanExecutor, PlanRequest } from '../execution/plan-executor';
import { planOf } from '../planning/prepared-operation';
import { noOverrides } from '../planning/progressive-overrides';

type ExecuteParameters = Parameters<typeof executeQueryPlan>;
type ServiceMap = ExecuteParameters[1];
type RequestContext = ExecuteParameters[2];
type DataSource = ServiceMap[string];

/** What its data sources are given along with each request. */
interface Carried {
  readonly request: PlanRequest;
  readonly absent: AbsentEntities;
}

type Path = readonly (string | number)[];

/**
 * Where a subgraph answered that there is no such entity, as for one that is being deleted. What is missing there is nobody's mistake:
 * it is null, as far up as it has to be.
 */
class AbsentEntities {
  readonly #places: string[][] = [];

  note({ data }: SubgraphResult, path: Path | undefined): void {
    const entities: unknown = data?.['_entities'];
    if (path && Array.isArray(entities) && entities.includes(null)) this.#places.push(path.map(String).filter((step) => step !== '@'));
  }

  explain(path: Path | undefined): boolean {
    const fields = path?.filter((step) => typeof step === 'string') ?? [];
    return this.#places.some((place) => place.length <= fields.length && place.every((step, index) => step === fields[index]));
  }
}

/** Carries out queries and mutations by @apollo/gateway's executor, each by the planner's own plan. */
export function referenceExecutor(supergraph: LoadedSupergraph, transports: ReadonlyMap<string, SubgraphTransport>, logger: GatewayLogger): PlanExecutor {
  const services: ServiceMap = Object.fromEntries([...transports].map(([name, transport]) => [name, dataSource(transport)]));

  return async (request) => {
    const { planned, variables } = request;
    const { operation } = planned;
    const absent = new AbsentEntities();
    const result = await executeQueryPlan(
      planOf(planned, supergraph, noOverrides),
      services,
      // Of a whole request context it reads these four.
      { logger, metrics: {}, request: { variables }, context: { request, absent } satisfies Carried } as unknown as RequestContext,
      { schema: supergraph.apiSchema, operation, fragments: Object.fromEntries(planned.fragments) },
      supergraph.fullSchema,
      supergraph.planningApiSchema,
    );
    const data = result.data ?? null;
    const missing = missingValues(result.extensions).filter(({ path }) => data === null || !absent.explain(path));
    return { data, errors: [...(result.errors ?? []), ...missing] };
  };
}

function dataSource(transport: SubgraphTransport): DataSource {
  const operations = new WeakMap<DocumentNode, SubgraphOperation>();
  function operationOf(query: string, operationName: string | undefined, document: DocumentNode | undefined): SubgraphOperation {
    const known = document && operations.get(document);
    if (known) return known;
    const operation = subgraphOperation(query, operationName, document);
    if (document) operations.set(document, operation);
    return operation;
  }
  return {
    async process(options) {
      const { query, operationName, variables } = options.request;
      if (options.kind !== 'incoming operation' || query === undefined) throw new Error('Only operations are executed here');
      const { request, absent } = options.context as Carried;
      try {
        const result = await transport.execute({
          operation: operationOf(query, operationName, options.document), variables, headers: request.headers, signal: request.signal,
        });
        absent.note(result, options.pathInIncomingRequest);
        return formatted(result);
      } catch (error) {
        throw unavailable(error, options.pathInIncomingRequest);
      }
    },
  };
}

function formatted(result: SubgraphResult): Awaited<ReturnType<DataSource['process']>> {
  return result as Awaited<ReturnType<DataSource['process']>>;
}

/** Says where in the answer the subgraph's part is missing. */
function unavailable(error: unknown, path: readonly (string | number)[] | undefined): unknown {
  if (!(error instanceof SubgraphUnreachable)) return error;
  return new GraphQLError(error.message, { path: path?.filter((step) => step !== '@'), originalError: error });
}

/** Values that contradict the schema are told beside the result; to a client each is an error, and no fault of its own. */
function missingValues(extensions: Record<string, unknown> | undefined): readonly GraphQLError[] {
  const found = (extensions?.['valueCompletion'] as readonly GraphQLError[] | undefined) ?? [];
  return found.map(({ message, path }) => new GraphQLError(message, { path }));
}
