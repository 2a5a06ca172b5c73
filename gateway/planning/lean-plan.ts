import type { FetchNode, FlattenNode, PlanNode, QueryPlan, SubscriptionNode } from '@apollo/query-planner';
import { getNamedType, isCompositeType, isInterfaceType, isObjectType, Kind, parse, print, stripIgnoredCharacters } from 'graphql';
import type { DocumentNode, FieldNode, GraphQLCompositeType, GraphQLSchema, OperationDefinitionNode, SelectionNode, SelectionSetNode } from 'graphql';
import type { ClientOperation } from '../documents/document-cache';
import { responseName } from '../documents/selections';
import { placePath } from '../execution/places';

/** A plan whose fetches ask for no type name that the schema tells: in a long list of references these are half of the answer. */
export interface LeanPlan {
  readonly node: QueryPlan['node'];
  /** The type of the objects at a place (the response names that lead there), where it can be but one. */
  typeAt(place: readonly string[]): string | undefined;
}

/** Of an operation's own plan. `schema`: with all that the plan may ask for. */
export function leanPlan({ node }: QueryPlan, operation: ClientOperation, schema: GraphQLSchema): LeanPlan {
  const fetches = node ? fetchesIn(node, '') : [];
  if (!node || fetches.some(({ fetch }) => needsTypeNames(fetch))) return { node, typeAt: () => undefined };
  const types = new PlaceTypes(schema);
  // A client may look at an object through an interface where the plan does not.
  types.addOperation(operation.operation, '');
  for (const { fetch, place } of fetches) types.addFetch(fetch, place);
  return { node: leanNode(node, '', types), typeAt: (place) => types.at(placeOf(place)) };
}

/** Where what comes is renamed or taken apart by its type, or selected by fragments of the planner's own. */
function needsTypeNames(fetch: FetchNode): boolean {
  return (fetch.contextRewrites?.length ?? 0) > 0 || (fetch.outputRewrites?.length ?? 0) > 0 || documentOf(fetch).definitions.length > 1;
}

/** Response names, each after a dot. */
type Place = string;

class PlaceTypes {
  /** Undefined where there may be several types, or where the type has to be asked for. */
  private readonly known = new Map<Place, string | undefined>();

  constructor(private readonly schema: GraphQLSchema) {}

  at(place: Place): string | undefined {
    return this.known.get(place);
  }

  addOperation({ operation, selectionSet }: OperationDefinitionNode, place: Place): void {
    this.add(selectionSet, this.schema.getRootType(operation) ?? undefined, place);
  }

  addFetch(fetch: FetchNode, place: Place): void {
    const operation = operationIn(documentOf(fetch));
    if (!operation) return;
    if (!fetch.requires) return this.addOperation(operation, place);
    for (const selection of operation.selectionSet.selections) {
      if (selection.kind === Kind.FIELD && selection.selectionSet) this.add(selection.selectionSet, undefined, place);
    }
    this.keepWithin(fetch.requires, place, 'top');
  }

  private add({ selections }: SelectionSetNode, parent: GraphQLCompositeType | undefined, place: Place): void {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) this.addField(selection, parent, place);
      else if (selection.kind === Kind.INLINE_FRAGMENT) this.add(selection.selectionSet, selection.typeCondition ? this.composite(selection.typeCondition.name.value) : parent, place);
    }
  }

  private addField(field: FieldNode, parent: GraphQLCompositeType | undefined, place: Place): void {
    if (!field.selectionSet) return;
    const definition = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[field.name.value] : undefined;
    const type = definition && getNamedType(definition.type);
    const below = `${place}.${responseName(field)}`;
    this.note(below, isObjectType(type) ? type.name : undefined);
    this.add(field.selectionSet, isCompositeType(type) ? type : undefined, below);
  }

  private note(place: Place, type: string | undefined): void {
    this.known.set(place, this.known.has(place) && this.known.get(place) !== type ? undefined : type);
  }

  /** What a representation takes from objects within an entity, it takes as it came. */
  private keepWithin(requires: NonNullable<FetchNode['requires']>, place: Place, level: 'top' | 'below'): void {
    if (level === 'below') this.known.set(place, undefined);
    for (const selection of requires) {
      if (selection.kind === 'InlineFragment') this.keepWithin(selection.selections, place, level);
      else if (selection.selections?.length) this.keepWithin(selection.selections, `${place}.${selection.alias ?? selection.name}`, 'below');
    }
  }

  private composite(name: string): GraphQLCompositeType | undefined {
    const type = this.schema.getType(name);
    return isCompositeType(type) ? type : undefined;
  }
}

function fetchesIn(node: PlanNode | SubscriptionNode, place: Place): { readonly fetch: FetchNode; readonly place: Place }[] {
  switch (node.kind) {
    case 'Fetch': return [{ fetch: node, place }];
    case 'Flatten': return fetchesIn(node.node, within(place, node.path));
    case 'Sequence':
    case 'Parallel': return node.nodes.flatMap((inner) => fetchesIn(inner, place));
    case 'Condition': return [node.ifClause, node.elseClause].flatMap((inner) => (inner ? fetchesIn(inner, place) : []));
    case 'Subscription': return [...fetchesIn(node.primary, place), ...(node.rest ? fetchesIn(node.rest, place) : [])];
    case 'Defer': return [];
  }
}

function leanNode(node: PlanNode, place: Place, types: PlaceTypes): PlanNode;
function leanNode(node: PlanNode | SubscriptionNode, place: Place, types: PlaceTypes): PlanNode | SubscriptionNode;
function leanNode(node: PlanNode | SubscriptionNode, place: Place, types: PlaceTypes): PlanNode | SubscriptionNode {
  switch (node.kind) {
    case 'Fetch': return leanFetch(node, place, types);
    case 'Flatten': return { ...node, node: leanNode(node.node, within(place, node.path), types) };
    case 'Sequence':
    case 'Parallel': return { ...node, nodes: node.nodes.map((inner) => leanNode(inner, place, types)) };
    case 'Condition': return { ...node, ifClause: node.ifClause && leanNode(node.ifClause, place, types), elseClause: node.elseClause && leanNode(node.elseClause, place, types) };
    case 'Subscription': return { ...node, primary: leanFetch(node.primary, place, types), rest: node.rest && leanNode(node.rest, place, types) };
    case 'Defer': return node;
  }
}

function leanFetch(fetch: FetchNode, place: Place, types: PlaceTypes): FetchNode {
  const document = documentOf(fetch);
  const operation = operationIn(document);
  if (!operation) return fetch;
  const selectionSet = fetch.requires ? leanEntities(operation.selectionSet, place, types) : leanSet(operation.selectionSet, place, types);
  const lean: DocumentNode = { ...document, definitions: [{ ...operation, selectionSet }] };
  return { ...fetch, operation: stripIgnoredCharacters(print(lean)), operationDocumentNode: lean };
}

/** Entities stand where the fetch is flattened to, not under the name of the field that brings them. */
function leanEntities(set: SelectionSetNode, place: Place, types: PlaceTypes): SelectionSetNode {
  return {
    ...set,
    selections: set.selections.map((selection) => (selection.kind === Kind.FIELD && selection.selectionSet ? { ...selection, selectionSet: leanSet(selection.selectionSet, place, types) } : selection)),
  };
}

function leanSet(set: SelectionSetNode, place: Place, types: PlaceTypes): SelectionSetNode {
  const others = set.selections.filter((selection) => !isTypeName(selection));
  const kept = others.length > 0 && types.at(place) !== undefined ? others : set.selections;
  return { ...set, selections: kept.map((selection) => leanSelection(selection, place, types)) };
}

function leanSelection(selection: SelectionNode, place: Place, types: PlaceTypes): SelectionNode {
  if (selection.kind === Kind.FRAGMENT_SPREAD || !selection.selectionSet) return selection;
  const below = selection.kind === Kind.FIELD ? `${place}.${responseName(selection)}` : place;
  return { ...selection, selectionSet: leanSet(selection.selectionSet, below, types) };
}

function isTypeName(selection: SelectionNode): boolean {
  return selection.kind === Kind.FIELD && selection.name.value === '__typename' && !selection.alias;
}

function within(place: Place, path: FlattenNode['path']): Place {
  return place + placeOf(placePath(path));
}

function placeOf(names: readonly string[]): Place {
  return names.map((name) => `.${name}`).join('');
}

function documentOf({ operation, operationDocumentNode }: FetchNode): DocumentNode {
  return operationDocumentNode ?? parse(operation, { noLocation: true });
}

function operationIn({ definitions }: DocumentNode): OperationDefinitionNode | undefined {
  return definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION);
}
