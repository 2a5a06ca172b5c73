import { getNamedType, getNullableType, isAbstractType, isCompositeType, isListType, isObjectType } from 'graphql';
import { Kind } from 'graphql';
import type {
  FieldNode, FragmentDefinitionNode, GraphQLCompositeType, GraphQLError, GraphQLField, GraphQLNamedOutputType, GraphQLOutputType, GraphQLSchema, OperationDefinitionNode,
  SelectionSetNode,
} from 'graphql';
import { conditionsOf, isIncluded } from './conditions';
import type { Condition } from './conditions';
import type { CostRules, ListSize } from './cost-rules';
import { greatestOf, productOf, sumOf, valueOf } from './cost-term';
import type { CostTerm } from './cost-term';
import { InputCost } from './input-cost';
import { listSizeTerm } from './list-size';
import { responseName } from './selections';

/** An operation's estimated cost, and what is wrong with its slicing arguments. */
export interface CostEstimate {
  readonly cost: number;
  readonly problems: readonly GraphQLError[];
}

/** `variables`: with the operation's defaults filled in. */
export type EstimateCost = (variables: Readonly<Record<string, unknown>>) => CostEstimate;

interface CostParts {
  readonly schema: GraphQLSchema;
  readonly rules: CostRules;
  /** The length of a list of which nothing is said. */
  readonly assumedListSize: number;
}

/** Sizes that a field gives to those below it, by their names. */
type SizedBelow = ReadonlyMap<string, CostTerm>;

/** One field of the answer as one type has it: selected once or several times, under one condition. */
interface CollectedField {
  readonly nodes: FieldNode[];
  readonly type: GraphQLCompositeType;
  readonly conditions: readonly Condition[];
}

const mutationCost = 10;
const noSizes: SizedBelow = new Map();

/**
 * Works an operation's cost out as far as that goes without its variables; the rest is done by what is returned. After IBM's GraphQL Cost Directive
 * specification (https://ibm.github.io/graphql-specs/cost-spec.html), with the weights of Apollo's demand control: a mutation 10, an object, an interface or a
 * union 1, a leaf 0; a field as often as its list is long. Of fragments on different objects, of which only one can apply, the most expensive counts.
 */
export function operationCost(operation: OperationDefinitionNode, fragments: ReadonlyMap<string, FragmentDefinitionNode>, parts: CostParts): EstimateCost {
  const root = parts.schema.getRootType(operation.operation);
  if (!root) throw new Error(`The schema has no ${operation.operation}`);
  const selected = new SelectionCost(fragments, parts).of([operation.selectionSet], root, noSizes);
  const total = sumOf([operation.operation === 'mutation' ? mutationCost : 0, selected]);
  if (typeof total === 'number') return () => ({ cost: total, problems: [] });
  return (variables) => {
    const problems: GraphQLError[] = [];
    return { cost: total({ variables, problems }), problems };
  };
}

class SelectionCost {
  private readonly inputs: InputCost;

  constructor(private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>, private readonly parts: CostParts) {
    this.inputs = new InputCost(parts.rules.weights);
  }

  of(sets: readonly SelectionSetNode[], parent: GraphQLCompositeType, sized: SizedBelow): CostTerm {
    const byType = new Map<GraphQLCompositeType, Map<string, CollectedField>>();
    for (const set of sets) this.collect(set, parent, [], byType);
    const always: CostTerm[] = [];
    const exclusive: CostTerm[] = [];
    for (const [type, fields] of byType) {
      const cost = sumOf([...fields.values()].map((field) => this.ofField(field, sized)));
      (type !== parent && isObjectType(type) ? exclusive : always).push(cost);
    }
    return sumOf([...always, greatestOf(exclusive)]);
  }

  private collect({ selections }: SelectionSetNode, type: GraphQLCompositeType, outer: readonly Condition[], byType: Map<GraphQLCompositeType, Map<string, CollectedField>>): void {
    for (const selection of selections) {
      const conditions = [...outer, ...conditionsOf(selection)];
      if (selection.kind !== Kind.FIELD) {
        const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? this.fragments.get(selection.name.value) : selection;
        const narrowed = fragment?.typeCondition && this.parts.schema.getType(fragment.typeCondition.name.value);
        if (fragment) this.collect(fragment.selectionSet, isCompositeType(narrowed) ? narrowed : type, conditions, byType);
        continue;
      }
      const fields = byType.get(type) ?? new Map<string, CollectedField>();
      byType.set(type, fields);
      const key = conditions.length === 0 ? responseName(selection) : JSON.stringify([responseName(selection), conditions]);
      const known = fields.get(key);
      if (known) known.nodes.push(selection);
      else fields.set(key, { nodes: [selection], type, conditions });
    }
  }

  private ofField({ nodes, type, conditions }: CollectedField, sized: SizedBelow): CostTerm {
    const [node] = nodes;
    const definition = node && 'getFields' in type ? type.getFields()[node.name.value] : undefined;
    // What is left are __typename, __schema and __type, which no subgraph is asked for.
    if (!node || !definition) return 0;
    const named = getNamedType(definition.type);
    const coordinates = this.coordinatesOf(type, node.name.value);
    const rules = coordinates.flatMap((coordinate) => this.parts.rules.listSizes.get(coordinate) ?? []);
    const inner = isCompositeType(named)
      ? this.of(nodes.flatMap(({ selectionSet }) => selectionSet ?? []), named, this.sizesBelow(node, definition, rules))
      : 0;
    const each = sumOf([this.weightOf(coordinates, named), inner]);
    const args = (node.arguments ?? []).flatMap((given) => {
      const argument = definition.args.find(({ name }) => name === given.name.value);
      return argument ? [greatestOf(coordinates.map((coordinate) => this.inputs.ofArgument(`${coordinate}(${argument.name}:)`, argument, given)))] : [];
    });
    return when(conditions, sumOf([this.multiplied(each, definition.type, this.sizeOf(node, definition, rules, sized)), ...args]));
  }

  /** Of a field of an abstract type, all that can be meant: what is said of one of them holds for the others if they are reached this way. */
  private coordinatesOf(type: GraphQLCompositeType, field: string): string[] {
    const types = isAbstractType(type) ? [type, ...this.parts.schema.getPossibleTypes(type)] : [type];
    return types.map(({ name }) => `${name}.${field}`);
  }

  private weightOf(coordinates: readonly string[], type: GraphQLNamedOutputType): number {
    const { weights } = this.parts.rules;
    const ofField = coordinates.flatMap((coordinate) => weights.get(coordinate) ?? []);
    if (ofField.length > 0) return Math.max(...ofField);
    const own = weights.get(type.name);
    if (own !== undefined) return own;
    if (isAbstractType(type)) return Math.max(1, ...this.parts.schema.getPossibleTypes(type).map(({ name }) => weights.get(name) ?? 1));
    return isObjectType(type) ? 1 : 0;
  }

  private sizeOf(node: FieldNode, definition: GraphQLField<unknown, unknown>, rules: readonly ListSize[], sized: SizedBelow): CostTerm {
    const given = sized.get(node.name.value);
    if (given !== undefined) return given;
    const own = rules.filter(({ sizedFields }) => sizedFields.length === 0).map((rule) => listSizeTerm(rule, node, definition, this.parts.assumedListSize));
    return own.length > 0 ? greatestOf(own) : this.parts.assumedListSize;
  }

  private sizesBelow(node: FieldNode, definition: GraphQLField<unknown, unknown>, rules: readonly ListSize[]): SizedBelow {
    return new Map(rules.flatMap((rule) => {
      const size = listSizeTerm(rule, node, definition, this.parts.assumedListSize);
      return rule.sizedFields.map((name) => [name, size] as const);
    }));
  }

  /** A list of lists is as long as it is said to be, and those in it are assumed to be. */
  private multiplied(each: CostTerm, type: GraphQLOutputType, size: CostTerm): CostTerm {
    const nullable = getNullableType(type);
    if (!isListType(nullable)) return each;
    return productOf(size, this.multiplied(each, nullable.ofType, this.parts.assumedListSize));
  }
}

function when(conditions: readonly Condition[], term: CostTerm): CostTerm {
  if (conditions.length === 0 || term === 0) return term;
  return (estimation) => (isIncluded(conditions, estimation.variables) ? valueOf(term, estimation) : 0);
}
