import { getNamedType, isAbstractType, isCompositeType, isInterfaceType, isObjectType, isUnionType, Kind } from 'graphql';
import type { FieldNode, FragmentDefinitionNode, GraphQLCompositeType, GraphQLSchema, InlineFragmentNode, SelectionNode, SelectionSetNode } from 'graphql';
import type { ClientOperation } from '../documents/document-cache';
import { responseName, typeNameField } from '../documents/selections';
import { PlannedLiterals } from './planned-literals';
import { PlannedVariables } from './planned-variables';
import { PlannedNames } from './response-names';
import type { ResponseNames } from './response-names';

/** An operation as it is planned. */
interface Plannable {
  /** Without fragments of its own, and without what the gateway knows by itself; undefined where nothing else is asked. */
  readonly operation: ClientOperation | undefined;
  readonly names: ResponseNames;
  /** What a plan of it gets back. */
  readonly literals: PlannedLiterals;
  readonly variables: PlannedVariables;
}

/** What has to be known of a supergraph beside its schema. */
interface PlannedFacts {
  /** Of every field of every type that is planned. */
  readonly fieldNames: ReadonlySet<string>;
  /** Interfaces that some subgraph has as an object type (@interfaceObject). */
  readonly interfaceObjects: ReadonlySet<string>;
}

/** What a value can be where a selection applies. */
interface Situation {
  readonly type: GraphQLCompositeType;
  readonly possible: ReadonlySet<string>;
  /** What it can be by the fragments that are written: no less than `possible`, and more within one on a union. */
  readonly written: ReadonlySet<string>;
}

/** How many fragments may be written type by type: one below the other, they would multiply. */
const maxCopies = 100;

/** Writes an operation, its conditions settled, such that the planner gets it right: each deviation from the client's is for something that it does not. */
export function plannable(client: ClientOperation, schema: GraphQLSchema, facts: PlannedFacts): Plannable {
  const writer = new PlannableWriter(client, schema, facts);
  return { operation: writer.write(), names: writer.names, literals: writer.literals, variables: writer.variables };
}

class PlannableWriter {
  readonly names: PlannedNames;
  readonly literals: PlannedLiterals;
  readonly variables: PlannedVariables;
  private copies = 0;
  private readonly possibleTypes = new Map<GraphQLCompositeType, ReadonlySet<string>>();

  constructor(private readonly client: ClientOperation, private readonly schema: GraphQLSchema, private readonly facts: PlannedFacts) {
    this.names = new PlannedNames(client, facts.fieldNames);
    this.variables = new PlannedVariables(client.operation);
    this.literals = new PlannedLiterals((client.operation.variableDefinitions ?? []).map((definition) => this.variables.renamed(definition)), schema);
  }

  write(): ClientOperation | undefined {
    const { operation } = this.client;
    const root = this.schema.getRootType(operation.operation);
    if (!root) throw new Error(`The schema has no root for a ${operation.operation}`);
    const fields = new Map<string, FieldNode>();
    for (const field of this.rootFields(operation.selectionSet)) {
      // These no subgraph is asked for.
      if (field.name.value.startsWith('__')) continue;
      const planned = this.field(field, root);
      const name = responseName(planned);
      const before = fields.get(name);
      fields.set(name, before ? withSelections(before, [...selectionsOf(before), ...selectionsOf(planned)]) : planned);
    }
    if (fields.size === 0) return undefined;
    return { operation: { ...operation, variableDefinitions: this.literals.definitions, selectionSet: { kind: Kind.SELECTION_SET, selections: [...fields.values()] } }, fragments: new Map() };
  }

  /** In the order of the answer: a mutation's are carried out so, and the planner keeps to it only where it sees no fragments. */
  private rootFields({ selections }: SelectionSetNode): FieldNode[] {
    return selections.flatMap((selection) => {
      if (selection.kind === Kind.FIELD) return [selection];
      const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : this.client.fragments.get(selection.name.value);
      return fragment ? this.rootFields(fragment.selectionSet) : [];
    });
  }

  private field(field: FieldNode, parent: GraphQLCompositeType): FieldNode {
    const planned = this.names.plannedName(field);
    const definition = isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[field.name.value] : undefined;
    const renamed: FieldNode = {
      ...field,
      alias: planned === field.name.value ? undefined : { kind: Kind.NAME, value: planned },
      directives: field.directives?.map((directive) => this.variables.renamed(directive)),
      arguments: field.arguments?.map((given) => {
        const argument = this.variables.renamed(given);
        const taken = definition?.args.find(({ name }) => name === argument.name.value);
        return taken ? this.literals.planned(argument, taken.type) : argument;
      }),
    };
    const type = definition && getNamedType(definition.type);
    if (!field.selectionSet || !isCompositeType(type)) return renamed;
    const possible = this.possibleOf(type);
    const selections = this.selections(field.selectionSet, { type, possible, written: possible });
    // With nothing but fragments it would not be fetched at all where an object's own field is of a type that none of them is on.
    const mayVanish = isAbstractType(type) && selections.every(({ kind }) => kind !== Kind.FIELD);
    const isTypeAsked = selections.length === 0 || mayVanish || this.asksForType(field.selectionSet);
    return withSelections(renamed, isTypeAsked ? [typeNameField, ...selections] : selections);
  }

  /**
   * Without fragments that can't apply: for a type that a subgraph does not tell apart, the planner finds no way to leave them out. And without those on unions, whose subgraphs
   * need not be the ones that know the value: what stands in them is written for the types that it can be.
   */
  private selections({ selections }: SelectionSetNode, situation: Situation): SelectionNode[] {
    return selections.flatMap((selection): SelectionNode[] => {
      if (selection.kind === Kind.FIELD) return isTypeName(selection) ? [] : [this.field(selection, situation.type)];
      const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : this.client.fragments.get(selection.name.value);
      return fragment ? this.fragment(fragment, situation, selection.directives) : [];
    });
  }

  private fragment({ typeCondition, selectionSet }: InlineFragmentNode | FragmentDefinitionNode, { type, possible, written }: Situation, directives: FieldNode['directives']): SelectionNode[] {
    const wanted = typeCondition && this.schema.getType(typeCondition.name.value);
    const condition = isCompositeType(wanted) ? wanted : type;
    const inside = intersection(possible, this.possibleOf(condition));
    if (inside.size === 0) return [];
    if (isUnionType(condition)) return this.selections(selectionSet, { type: condition, possible: inside, written });
    const isThroughInterfaceObject = this.isThroughInterfaceObject(type, condition);
    if (isThroughInterfaceObject && isAbstractType(condition) && !isUnionType(type) && this.schema.isSubType(condition, type)) return this.selections(selectionSet, { type, possible, written });
    const writtenInside = intersection(written, this.possibleOf(condition));
    const writtenOn = (on: GraphQLCompositeType, types: ReadonlySet<string>, other: ReadonlySet<string>): SelectionNode[] => {
      const selections = this.selections(selectionSet, { type: on, possible: types, written: other });
      const named = typeCondition && { ...typeCondition, name: { kind: Kind.NAME as const, value: on.name } };
      return selections.length === 0 ? [] : [{ kind: Kind.INLINE_FRAGMENT, typeCondition: named, directives, selectionSet: { kind: Kind.SELECTION_SET, selections } }];
    };
    // Where it is not worth while, more is fetched than was asked for.
    if ((writtenInside.size === inside.size && !isThroughInterfaceObject) || this.copies + inside.size > maxCopies) return writtenOn(condition, inside, writtenInside);
    this.copies += inside.size;
    return [...inside].flatMap((name) => {
      const only = new Set([name]);
      const object = this.schema.getType(name);
      return isObjectType(object) ? writtenOn(object, only, only) : [];
    });
  }

  /** A subgraph that has one of two interfaces as an object type can't tell which values are of the other, and the planner finds no way to a subgraph that can. */
  private isThroughInterfaceObject(type: GraphQLCompositeType, condition: GraphQLCompositeType): boolean {
    const { interfaceObjects } = this.facts;
    return isInterfaceType(condition) && condition !== type && (interfaceObjects.has(condition.name) || interfaceObjects.has(type.name));
  }

  /** The planner can't always find a way to the type of a value where that is asked in a fragment; of the value itself it can. */
  private asksForType({ selections }: SelectionSetNode): boolean {
    return selections.some((selection) => {
      if (selection.kind === Kind.FIELD) return isTypeName(selection);
      const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : this.client.fragments.get(selection.name.value);
      return fragment !== undefined && this.asksForType(fragment.selectionSet);
    });
  }

  private possibleOf(type: GraphQLCompositeType): ReadonlySet<string> {
    let possible = this.possibleTypes.get(type);
    if (!possible) {
      possible = new Set(isAbstractType(type) ? this.schema.getPossibleTypes(type).map(({ name }) => name) : [type.name]);
      this.possibleTypes.set(type, possible);
    }
    return possible;
  }
}

function isTypeName({ name }: FieldNode): boolean {
  return name.value === '__typename';
}

function intersection(one: ReadonlySet<string>, other: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...one].filter((name) => other.has(name)));
}

function selectionsOf({ selectionSet }: FieldNode): readonly SelectionNode[] {
  return selectionSet?.selections ?? [];
}

function withSelections(field: FieldNode, selections: readonly SelectionNode[]): FieldNode {
  return selections.length === 0 ? field : { ...field, selectionSet: { kind: Kind.SELECTION_SET, selections } };
}
