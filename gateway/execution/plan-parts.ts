import type { SubgraphTransport } from '../transport/subgraph-transport';
import type { TypeRelations } from './type-relations';

/** What every part of a plan is compiled with. */
export interface PlanParts {
  readonly transports: ReadonlyMap<string, SubgraphTransport>;
  readonly types: TypeRelations;
}
