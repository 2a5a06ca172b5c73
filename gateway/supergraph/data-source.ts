import type { SupergraphManager } from '@apollo/gateway';
import { subgraphOperation } from '../transport/subgraph-operation';
import type { SubgraphRequest, SubgraphResult, SubgraphTransport } from '../transport/subgraph-transport';
import { asError } from './supergraph-source';

type GetDataSource = Parameters<SupergraphManager['initialize']>[0]['getDataSource'];
type DataSource = ReturnType<GetDataSource>;

/** A transport as @apollo/gateway's supergraph managers ask subgraphs for their schemas. */
export function dataSource(transport: SubgraphTransport): DataSource {
  return {
    async process({ request: { query, operationName, variables, http } }) {
      if (query === undefined) throw new Error('There is no operation to ask');
      const headers = Object.fromEntries(http?.headers ?? []);
      return await askWithReason(transport, { operation: subgraphOperation(query, operationName), variables, headers }) as Awaited<ReturnType<DataSource['process']>>;
    },
  };
}

/** What can't be had is told with its reason. */
export async function askWithReason(transport: SubgraphTransport, request: SubgraphRequest): Promise<SubgraphResult> {
  try {
    return await transport.execute(request);
  } catch (error) {
    throw withReason(error);
  }
}

/** Managers tell the message alone, and a transport's is made for clients: whoever reads the log needs to know why. */
function withReason(error: unknown): unknown {
  if (!(error instanceof Error) || error.cause === undefined) return error;
  const cause: NodeJS.ErrnoException = asError(error.cause);
  // An error of several addresses together has a code, but no message.
  const reason = cause.message || cause.code;
  return reason ? new Error(`${error.message}: ${reason}`, { cause: error }) : error;
}
