import { ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from '@apollo/federation-internals';
import { parse } from 'graphql';
import { onlyResolvableKeys } from './resolvable-keys';
import { separateRequirements } from './required-arguments';
import type { RequiredValues } from './required-arguments';

/** The supergraph that is planned against. */
interface PlannedSupergraph {
  readonly planned: Supergraph;
  /** What fields of it stand for that the given one does not have. */
  readonly requiredValues: RequiredValues;
}

/** Writes a supergraph such that the planner gets it right, where it holds something that the planner does not; else it is the same. */
export function plannedSupergraph(supergraph: Supergraph, sdl: string): PlannedSupergraph {
  // A subgraph is come back to for these alone.
  if (!/\b(requires|contextArguments):/.test(sdl)) return { planned: supergraph, requiredValues: new Map() };
  const document = parse(sdl, { noLocation: true });
  const { document: rewritten, values } = separateRequirements(onlyResolvableKeys(document));
  if (rewritten === document) return { planned: supergraph, requiredValues: values };
  // Of the original the subgraphs are validated. In the rewritten one, external fields that only had one use may have none.
  supergraph.subgraphs();
  return { planned: Supergraph.build(rewritten, { supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, validateSupergraph: false }), requiredValues: values };
}
