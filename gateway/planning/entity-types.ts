import type { FetchDataRewrite, FetchNode, QueryPlan, QueryPlanSelectionNode } from '@apollo/query-planner';
import { doTypesOverlap, isAbstractType, isCompositeType, isInterfaceType, isObjectType } from 'graphql';
import type { GraphQLSchema } from 'graphql';
import { documentOf, entityFields, onlyEntityFields, withDocument, withFetches } from './plan-fetches';

/** That entities of one type are sent to a subgraph as of another: an interface that it has as an object type. */
interface SentType {
  readonly of: string;
  readonly as: string;
}

const onType = '... on ';

/**
 * Splits fetches whose representations would need two type names: where a subgraph has several interfaces as object types, the planner puts what is asked of them into one fetch, and
 * an entity of both would be sent as one of them alone. `schema`: with all that is planned.
 */
export function withOneTypeName(plan: QueryPlan, schema: GraphQLSchema): QueryPlan {
  return withFetches(plan, (fetch) => separated(fetch, schema));
}

function separated(fetch: FetchNode, schema: GraphQLSchema): readonly FetchNode[] {
  const sent = (fetch.inputRewrites ?? []).flatMap((rewrite) => sentType(rewrite) ?? []);
  if (!sent.some((one) => sent.some((other) => one.as !== other.as && mayMeet(one.of, other.of, schema)))) return [fetch];
  const document = documentOf(fetch);
  const asked = new Set(entityFields(document).map(({ type }) => type));
  const names = new Set(sent.map(({ as }) => as).filter((name) => asked.has(name)));
  const fetchAs = (name: string | undefined, requires: QueryPlanSelectionNode[]): FetchNode => ({
    ...withDocument(fetch, onlyEntityFields(document, (_, type) => type === name || !names.has(type))),
    requires,
    inputRewrites: fetch.inputRewrites?.filter((rewrite) => (sentType(rewrite)?.as ?? name) === name),
  });
  const required = fetch.requires ?? [];
  const split = [...names].map((name) => fetchAs(name, sent.filter(({ as }) => as === name).flatMap(({ of }) => required.flatMap((selection) => narrowed(selection, of, schema)))));
  const others = required.filter((selection) => !sent.some(({ of }) => mayMeet(of, conditionOf(selection), schema)));
  return others.length === 0 || [...asked].every((type) => names.has(type)) ? split : [...split, fetchAs(undefined, others)];
}

/** What representations hold, for entities of one type alone: the others would be sent under names that the subgraph does not know. */
function narrowed(selection: QueryPlanSelectionNode, of: string, schema: GraphQLSchema): QueryPlanSelectionNode[] {
  const condition = conditionOf(selection);
  if (selection.kind === 'Field' || !mayMeet(of, condition, schema)) return [];
  const [wide, narrow] = [schema.getType(of), schema.getType(condition)];
  const isCovered = of === condition || (isAbstractType(wide) && (isObjectType(narrow) || isInterfaceType(narrow)) && schema.isSubType(wide, narrow));
  return [isCovered ? selection : { ...selection, typeCondition: of }];
}

function sentType(rewrite: FetchDataRewrite): SentType | undefined {
  const [condition, name, ...more] = rewrite.path;
  if (rewrite.kind !== 'ValueSetter' || name !== '__typename' || more.length > 0 || !condition?.startsWith(onType)) return undefined;
  return { of: condition.slice(onType.length), as: String(rewrite.setValueTo) };
}

function mayMeet(one: string, other: string, schema: GraphQLSchema): boolean {
  const [left, right] = [schema.getType(one), schema.getType(other)];
  return isCompositeType(left) && isCompositeType(right) && doTypesOverlap(schema, left, right);
}

function conditionOf(selection: QueryPlanSelectionNode): string {
  return selection.kind === 'InlineFragment' ? selection.typeCondition ?? '' : '';
}
