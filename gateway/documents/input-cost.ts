import { getNamedType, isInputObjectType, Kind, valueFromASTUntyped } from 'graphql';
import type { ArgumentNode, GraphQLArgument, GraphQLInputType, ValueNode } from 'graphql';
import type { CostRules } from './cost-rules';
import type { CostTerm } from './cost-term';

/** Of one value, as elsewhere; a deeper one is refused for that. */
const maxDepth = 100;

/**
 * What arguments cost: an input object 1, a scalar or an enum nothing, unless @cost at the argument, the input field or the scalar says otherwise; a
 * list as much as its items.
 */
export class InputCost {
  constructor(private readonly weights: CostRules['weights']) {}

  ofArgument(coordinate: string, { type }: GraphQLArgument, { value }: ArgumentNode): CostTerm {
    const weight = this.weights.get(coordinate);
    const named = getNamedType(type);
    if (weight === undefined && !isInputObjectType(named) && !this.weights.has(named.name)) return 0;
    if (!hasVariable(value)) return this.ofValue(valueFromASTUntyped(value), type, weight, maxDepth);
    if (value.kind === Kind.VARIABLE) {
      const name = value.name.value;
      return ({ variables }) => this.ofValue(variables[name], type, weight, maxDepth);
    }
    return ({ variables }) => this.ofValue(valueFromASTUntyped(value, { ...variables }), type, weight, maxDepth);
  }

  private ofValue(value: unknown, type: GraphQLInputType, weight: number | undefined, depth: number): number {
    if (value === null || value === undefined || depth === 0) return 0;
    if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + this.ofValue(item, type, weight, depth - 1), 0);
    const named = getNamedType(type);
    if (!isInputObjectType(named)) return weight ?? this.weights.get(named.name) ?? 0;
    let cost = weight ?? 1;
    if (typeof value !== 'object') return cost;
    const fields = named.getFields();
    for (const [name, inner] of Object.entries(value)) {
      const field = fields[name];
      if (field) cost += this.ofValue(inner, field.type, this.weights.get(`${named.name}.${name}`), depth - 1);
    }
    return cost;
  }
}

function hasVariable(value: ValueNode): boolean {
  switch (value.kind) {
    case Kind.VARIABLE: return true;
    case Kind.LIST: return value.values.some(hasVariable);
    case Kind.OBJECT: return value.fields.some((field) => hasVariable(field.value));
    default: return false;
  }
}
