import { ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from '@apollo/federation-internals';
import type { CoreFeatures, Schema } from '@apollo/federation-internals';
import type { GraphQLSchema } from 'graphql';
import { defaultLimits } from '../config';
import type { GatewayLimits } from '../config';
import type { ArgumentRange, ArgumentRanges } from '../documents/argument-ranges';
import { costRulesOf } from '../documents/cost-rules';
import type { CostRules } from '../documents/cost-rules';
import { accessRulesOf } from '../security/access-rules';
import type { AccessRules } from '../security/access-rules';
import { keepDefaults } from './exact-defaults';
import { entityKeysOf } from './entity-keys';
import type { EntityKeys } from './entity-keys';
import { fieldRequirementsOf } from './field-requirements';
import type { FieldRequirements } from './field-requirements';
import { plannedSupergraph } from './planned-supergraph';
import type { RequiredValues } from './required-arguments';
import { BoundedPlanner } from '../planning/bounded-planner';
import { overrideLabelOf } from '../planning/progressive-overrides';
import type { OverrideLabel } from '../planning/progressive-overrides';
import type { Resumable } from '../planning/resumption';
import type { SubgraphAddress } from '../transport/subgraph-transport';

/** A supergraph, ready to be planned against. */
export interface LoadedSupergraph {
  readonly sdl: string;
  /** What clients see. */
  readonly apiSchema: GraphQLSchema;
  /** The same, as the planner's library has it, and with the fields that stand for required values. */
  readonly planningApiSchema: Schema;
  /** With the federation machinery and everything inaccessible. */
  readonly fullSchema: GraphQLSchema;
  readonly planner: BoundedPlanner;
  readonly subgraphs: readonly SubgraphAddress[];
  readonly access: AccessRules;
  /** Of every field of every type, inaccessible ones too: what clients' aliases must not be taken for. */
  readonly fieldNames: ReadonlySet<string>;
  /** Interfaces that some subgraph has as an object type, by `@interfaceObject`. */
  readonly interfaceObjects: ReadonlySet<string>;
  /** Of `@override(label:)`, each once. */
  readonly overrideLabels: readonly OverrideLabel[];
  /** What the planner's fields stand for, where a `@requires` gives arguments. */
  readonly requiredValues: RequiredValues;
  readonly entityKeys: EntityKeys;
  readonly fieldRequirements: FieldRequirements;
  /** Fields of Query that carry @resolvesFirst: they are resolved before an operation's other root fields. */
  readonly resolvedFirst: ReadonlySet<string>;
  /** Of fields that carry @argumentRange. */
  readonly argumentRanges: ArgumentRanges;
  /** Coordinates of the list fields that carry @omitsNulls: items that turn out to be null are left out. */
  readonly omitsNulls: ReadonlySet<string>;
  /** What it says of the cost of its parts. */
  readonly costs: CostRules;
  /** Fields of Subscription that carry @resumable, by name. */
  readonly resumables: ReadonlyMap<string, Resumable>;
}

/** The SDL can't be served. `message` says why, for whoever wrote it. */
export class SupergraphRefused extends Error {
  override readonly name = 'SupergraphRefused';
}

const deliverySpec = 'https://specs.test-planning.dev/delivery';
const policySpec = 'https://specs.apollo.dev/policy';

/**
 * Reads a supergraph SDL as composition prints it.
 * @throws {SupergraphRefused} if it is no supergraph, or relies on something that would silently not be enforced.
 */
export function loadSupergraph(sdl: string, limits: Pick<GatewayLimits, 'maxPlanningMs'> = defaultLimits): LoadedSupergraph {
  const supergraph = build(sdl);
  const features = supergraph.schema.coreFeatures;
  if (!features) throw new SupergraphRefused('The supergraph has no @link: is it a subgraph?');
  if (features.getByIdentity(policySpec)) throw new SupergraphRefused('The supergraph uses @policy, which this gateway does not enforce');
  const { planned, requiredValues } = plannedSupergraph(supergraph, sdl);
  const apiSchema = supergraph.apiSchema().toGraphQLJSSchema();
  keepDefaults(apiSchema, sdl);
  return {
    sdl,
    apiSchema,
    planningApiSchema: planned.apiSchema(),
    fullSchema: planned.schema.toGraphQLJSSchema(),
    planner: new BoundedPlanner(planned, limits),
    subgraphs: [...supergraph.subgraphs().values()].map(({ name, url }) => ({ name, url })),
    access: accessRulesOf(supergraph.schema, features),
    fieldNames: fieldNamesOf(planned.schema),
    interfaceObjects: interfaceObjectsOf(supergraph.schema),
    overrideLabels: overrideLabelsOf(supergraph.schema),
    requiredValues,
    entityKeys: entityKeysOf(supergraph.schema),
    fieldRequirements: fieldRequirementsOf(planned.schema),
    resolvedFirst: fieldsResolvedFirst(supergraph.schema, features),
    argumentRanges: argumentRangesOf(supergraph.schema, features),
    omitsNulls: fieldsOmittingNulls(supergraph.schema, features),
    costs: costRulesOf(supergraph.schema, features),
    resumables: resumablesOf(supergraph.schema, features),
  };
}

function build(sdl: string): Supergraph {
  try {
    return Supergraph.build(sdl, { supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES });
  } catch (error) {
    throw new SupergraphRefused(`Not a supergraph SDL: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

function fieldNamesOf(schema: Schema): ReadonlySet<string> {
  return new Set([...schema.objectTypes(), ...schema.interfaceTypes()].flatMap((type) => type.fields().map(({ name }) => name)));
}

function interfaceObjectsOf(schema: Schema): ReadonlySet<string> {
  return new Set(schema.interfaceTypes().filter((type) => type.appliedDirectivesOf('join__type').some((applied) => applied.arguments()['isInterfaceObject'] === true)).map(({ name }) => name));
}

function overrideLabelsOf(schema: Schema): readonly OverrideLabel[] {
  const labels = new Map<string, OverrideLabel>();
  for (const field of [...schema.objectTypes().flatMap((type) => [...type.fields()]), ...schema.interfaceTypes().flatMap((type) => [...type.fields()])]) {
    for (const applied of field.appliedDirectivesOf('join__field')) {
      const text = applied.arguments()['overrideLabel'] as string | null | undefined;
      if (text === undefined || text === null || labels.has(text)) continue;
      const label = overrideLabelOf(text);
      if (!label) throw new SupergraphRefused(`@override on ${field.coordinate} has the label "${text}", which is neither a name nor percent(n) with n from 0 to 100`);
      labels.set(text, label);
    }
  }
  return [...labels.values()];
}

function fieldsResolvedFirst(schema: Schema, features: CoreFeatures): ReadonlySet<string> {
  const directive = features.getByIdentity(deliverySpec)?.directiveNameInSchema('resolvesFirst');
  const query = schema.schemaDefinition.rootType('query');
  if (!directive || !query) return new Set();
  return new Set(query.fields().filter((field) => field.hasAppliedDirective(directive)).map(({ name }) => name));
}

function argumentRangesOf(schema: Schema, features: CoreFeatures): ArgumentRanges {
  const directive = features.getByIdentity(deliverySpec)?.directiveNameInSchema('argumentRange');
  if (!directive) return new Map();
  const fields = schema.objectTypes().flatMap((type) => type.fields());
  return new Map(fields.flatMap((field) => {
    const [applied] = field.appliedDirectivesOf(directive);
    return applied ? [[field.coordinate, applied.arguments() as unknown as ArgumentRange] as const] : [];
  }));
}

function fieldsOmittingNulls(schema: Schema, features: CoreFeatures): ReadonlySet<string> {
  const directive = features.getByIdentity(deliverySpec)?.directiveNameInSchema('omitsNulls');
  if (!directive) return new Set();
  const fields = schema.objectTypes().flatMap((type) => type.fields());
  return new Set(fields.filter((field) => field.hasAppliedDirective(directive)).map(({ coordinate }) => coordinate));
}

function resumablesOf(schema: Schema, features: CoreFeatures): ReadonlyMap<string, Resumable> {
  const directive = features.getByIdentity(deliverySpec)?.directiveNameInSchema('resumable');
  const subscription = schema.schemaDefinition.rootType('subscription');
  if (!directive || !subscription) return new Map();
  return new Map(subscription.fields().flatMap((field) => {
    const [applied] = field.appliedDirectivesOf(directive);
    if (!applied) return [];
    const { cursor, argument, identity } = applied.arguments() as unknown as DeclaredResumable;
    const type = field.argument(argument)?.type?.toString();
    if (type === undefined) throw new SupergraphRefused(`@resumable on ${field.coordinate} names the argument "${argument}", which it does not have`);
    if (identity?.includes('')) throw new SupergraphRefused(`@resumable on ${field.coordinate} names a claim in \`identity\` by an empty name`);
    return [[field.name, { cursor, argument, type, ...(identity && { identity }) }] as const];
  }));
}

type DeclaredResumable = Pick<Resumable, 'cursor' | 'argument'> & { readonly identity?: readonly string[] | null };
