import type { FetchNode, QueryPlan, QueryPlanSelectionNode } from '@apollo/query-planner';
import { GraphQLError, isObjectType, Kind, visit } from 'graphql';
import type { FieldNode, GraphQLSchema, SelectionSetNode } from 'graphql';
import type { FieldRequirements } from '../supergraph/field-requirements';
import type { RequiredValues } from '../supergraph/required-arguments';
import { documentOf, entityFields, onlyEntityFields, withDocument, withFetches } from './plan-fetches';

interface RequiredValuesParts {
  readonly values: RequiredValues;
  readonly requirements: FieldRequirements;
  /** With all that is planned. */
  readonly schema: GraphQLSchema;
}

/** A value in representations. */
interface HeldValue {
  /** The path of fields that leads there, the field's own name last. */
  readonly place: string;
  /** The condition of the fragment that it stands in; empty outside any. */
  readonly type: string;
  readonly value: string;
}

/** Fields of one fetch that can be asked for by one representation. */
interface Group {
  readonly held: HeldValue[];
  readonly fields: Set<FieldNode>;
}

/**
 * Makes a plan fit for subgraphs, which know fields that stand for required values by their own names. A fetch whose fields require one field with different arguments becomes
 * several, since one representation holds one value of it.
 * @throws {GraphQLError} where it can't be told which of the values a field requires.
 */
export function withRequiredValues(plan: QueryPlan, parts: RequiredValuesParts): QueryPlan {
  return parts.values.size === 0 ? plan : withFetches(plan, (fetch) => separated(fetch, parts).map((one) => withOwnNames(one, parts.values)));
}

function separated(fetch: FetchNode, { values, requirements, schema }: RequiredValuesParts): FetchNode[] {
  const requires = fetch.requires ?? [];
  const held = heldBy(requires, values);
  const mayMeet = ({ place, type }: HeldValue, other: HeldValue): boolean => (
    place === other.place && (type === other.type || !isObjectType(schema.getType(type)) || !isObjectType(schema.getType(other.type))));
  const isDisputed = (one: HeldValue, others: readonly HeldValue[]): boolean => others.some((other) => other.value !== one.value && mayMeet(one, other));
  if (!held.some((one) => isDisputed(one, held))) return [fetch];

  const document = documentOf(fetch);
  const groups: Group[] = [];
  for (const { field, type } of entityFields(document)) {
    const needs = heldBy(planSelections(requirements.of(fetch.serviceName, type, field.name.value)), values);
    let group = groups.find((candidate) => !needs.some((need) => isDisputed(need, candidate.held)));
    if (!group) groups.push(group = { held: [], fields: new Set() });
    group.held.push(...needs);
    group.fields.add(field);
  }
  const isHeldIn = ({ held: some }: Group, one: HeldValue): boolean => !isDisputed(one, held) || some.some((other) => other.value === one.value && mayMeet(one, other));
  const lost = held.find((one) => !groups.some((group) => isHeldIn(group, one)));
  if (lost) throw undecided(values.get(lost.value)?.field ?? lost.value);
  return groups.map((group) => (
    { ...withDocument(fetch, onlyEntityFields(document, (field) => group.fields.has(field))), requires: onlyHeld(requires, values, (one) => isHeldIn(group, one)) }));
}

function undecided(field: string): GraphQLError {
  return new GraphQLError(`Fields that need "${field}" with different arguments can't be planned together: ask for them in operations of their own`, { extensions: { code: 'OPERATION_TOO_COMPLEX' } });
}

function heldBy(requires: readonly QueryPlanSelectionNode[], values: RequiredValues, path = '', type = ''): HeldValue[] {
  return requires.flatMap((selection) => {
    if (selection.kind === 'InlineFragment') return heldBy(selection.selections, values, path, selection.typeCondition ?? type);
    const value = values.get(selection.name);
    const place = `${path}.${value?.field ?? selection.name}`;
    return [...(value ? [{ place, type, value: selection.name }] : []), ...heldBy(selection.selections ?? [], values, place)];
  });
}

/** As a plan writes them. */
function planSelections(set: SelectionSetNode | undefined): QueryPlanSelectionNode[] {
  return (set?.selections ?? []).flatMap((selection): QueryPlanSelectionNode[] => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return [];
    if (selection.kind === Kind.FIELD) return [{ kind: 'Field', name: selection.name.value, selections: planSelections(selection.selectionSet) }];
    return [{ kind: 'InlineFragment', typeCondition: selection.typeCondition?.name.value, selections: planSelections(selection.selectionSet) }];
  });
}

function onlyHeld(requires: readonly QueryPlanSelectionNode[], values: RequiredValues, isHeld: (value: HeldValue) => boolean, path = '', type = ''): QueryPlanSelectionNode[] {
  return requires.flatMap((selection): QueryPlanSelectionNode[] => {
    if (selection.kind === 'InlineFragment') return [{ ...selection, selections: onlyHeld(selection.selections, values, isHeld, path, selection.typeCondition ?? type) }];
    const value = values.get(selection.name);
    const place = `${path}.${value?.field ?? selection.name}`;
    if (value && !isHeld({ place, type, value: selection.name })) return [];
    if (!selection.selections) return [selection];
    const selections = onlyHeld(selection.selections, values, isHeld, place);
    return selections.length === 0 ? [] : [{ ...selection, selections }];
  });
}

function withOwnNames(fetch: FetchNode, values: RequiredValues): FetchNode {
  const document = documentOf(fetch);
  const renamed = visit(document, {
    Field(node) {
      const value = values.get(node.name.value);
      if (!value) return undefined;
      return { ...node, alias: node.alias ?? node.name, name: { kind: Kind.NAME, value: value.field }, arguments: [...value.arguments, ...node.arguments ?? []] };
    },
  });
  const renames = renamesIn(fetch.requires ?? [], values);
  return {
    ...(renamed === document ? fetch : withDocument(fetch, renamed)),
    ...(renames.length === 0 ? {} : { inputRewrites: [...fetch.inputRewrites ?? [], ...renames] }),
  };
}

/** What representations hold under the names of values, they are sent under the fields' own. */
function renamesIn(requires: readonly QueryPlanSelectionNode[], values: RequiredValues, path: readonly string[] = []): NonNullable<FetchNode['inputRewrites']> {
  return requires.flatMap((selection) => {
    if (selection.kind === 'InlineFragment') return renamesIn(selection.selections, values, path);
    const value = values.get(selection.name);
    const below = selection.selections ? renamesIn(selection.selections, values, [...path, selection.name]) : [];
    return value ? [...below, { kind: 'KeyRenamer' as const, path: [...path, selection.name], renameKeyTo: value.field }] : below;
  });
}
