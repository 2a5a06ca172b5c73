import type { GraphQLSchema } from 'graphql';
import type { SubgraphTransport } from '../transport/subgraph-transport';
import type { EntityKeys } from '../supergraph/entity-keys';
import type { FieldRequirements } from '../supergraph/field-requirements';
import type { TypeRelations } from './type-relations';

/** What every part of a plan is compiled with. */
export interface PlanParts {
  /** What clients see. */
  readonly schema: GraphQLSchema;
  readonly transports: ReadonlyMap<string, SubgraphTransport>;
  readonly types: TypeRelations;
  readonly keys: EntityKeys;
  readonly requirements: FieldRequirements;
  /** Coordinates of the fields that carry @omitsNulls. */
  readonly omitsNulls: ReadonlySet<string>;
}
