import { subgraphOperation } from '../transport/subgraph-operation';
import { askWithReason } from './data-source';
import { subgraphsOf } from './subgraphs-of';
import type { TransportPool } from './transport-pool';

const presence = subgraphOperation('{ __typename }');

/**
 * Asks each subgraph of a supergraph whether it is there, before it is served.
 * @throws {Error} naming the first that isn't.
 */
export async function healthCheck(sdl: string, pool: TransportPool): Promise<void> {
  const lease = pool.lease();
  try {
    await Promise.all([...subgraphsOf(sdl).values()].map(async ({ address }) => {
      const { errors } = await askWithReason(lease.transport(address), { operation: presence, headers: {} });
      if (errors?.[0]) throw new Error(`The subgraph "${address.name}" answers with an error: ${errors[0].message}`);
    }));
  } finally {
    await lease.letGo();
  }
}
