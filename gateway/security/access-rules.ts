import { isInterfaceType, isObjectType } from '@apollo/federation-internals';
import type { CoreFeatures, FieldDefinition, NamedType, Schema } from '@apollo/federation-internals';
import type { Rights } from './caller';

/** One of these sets must be held whole. */
export type ScopeSets = readonly (readonly string[])[];

/** What @authenticated (no scopes) or @requiresScopes asks of a caller. */
export interface Requirement {
  readonly scopes?: ScopeSets;
}

/** Why a caller may not have something. */
export type Denial =
  | { readonly code: 'UNAUTHENTICATED' }
  | { readonly code: 'FORBIDDEN'; readonly requiredScopes: ScopeSets };

/** The access directives of a supergraph, by the element that carries them. */
export interface AccessRules {
  ofType(type: string): Requirement | undefined;
  ofField(type: string, field: string): Requirement | undefined;
  /** Whether an interface's own fields need nothing: the subgraph leaves out the objects that the caller may not have (@judgedByType). */
  isJudgedByType(type: string): boolean;
  /** Every scope that some rule names: a caller's other scopes change no decision. */
  readonly scopes: ReadonlySet<string>;
}

const authenticatedSpec = 'https://specs.apollo.dev/authenticated';
const requiresScopesSpec = 'https://specs.apollo.dev/requiresScopes';
const deliverySpec = 'https://specs.test-planning.dev/delivery';

export function accessRulesOf(schema: Schema, features: CoreFeatures): AccessRules {
  const authenticated = features.getByIdentity(authenticatedSpec)?.directiveNameInSchema('authenticated');
  const requiresScopes = features.getByIdentity(requiresScopesSpec)?.directiveNameInSchema('requiresScopes');
  const judgedByType = features.getByIdentity(deliverySpec)?.directiveNameInSchema('judgedByType');
  const unjudged = new Set<string>();
  const types = new Map<string, Requirement>();
  const fields = new Map<string, Requirement>();
  const scopes = new Set<string>();

  function requirementOf(element: NamedType | FieldDefinition<never>): Requirement | undefined {
    const applied = requiresScopes ? element.appliedDirectivesOf(requiresScopes)[0] : undefined;
    if (applied) {
      const sets = (applied.arguments() as { scopes: ScopeSets }).scopes;
      for (const scope of sets.flat()) scopes.add(scope);
      return { scopes: sets };
    }
    return authenticated && element.hasAppliedDirective(authenticated) ? {} : undefined;
  }

  for (const type of schema.types()) {
    const requirement = requirementOf(type);
    // Composition puts the rules of all implementations on the interface.
    if (judgedByType && type.hasAppliedDirective(judgedByType)) unjudged.add(type.name);
    else if (requirement) types.set(type.name, requirement);
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const field of type.fields()) {
      const ofField = requirementOf(field as FieldDefinition<never>);
      if (ofField) fields.set(`${type.name}.${field.name}`, ofField);
    }
  }
  return {
    ofType: (type) => types.get(type),
    ofField: (type, field) => fields.get(`${type}.${field}`),
    isJudgedByType: (type) => unjudged.has(type),
    scopes,
  };
}

/** Undefined if `rights` meet the requirement. */
export function denialOf(requirement: Requirement | undefined, rights: Rights): Denial | undefined {
  if (!requirement || rights.kind === 'all') return undefined;
  if (rights.kind === 'none') return { code: 'UNAUTHENTICATED' };
  const { scopes } = requirement;
  if (!scopes || scopes.some((set) => set.every((scope) => rights.scopes.has(scope)))) return undefined;
  return { code: 'FORBIDDEN', requiredScopes: scopes };
}
