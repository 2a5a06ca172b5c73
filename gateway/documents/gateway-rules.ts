import { getNamedType, GraphQLError, isScalarType, isSpecifiedScalarType } from 'graphql';
import type { FieldNode, FloatValueNode, GraphQLInputType, IntValueNode, OperationDefinitionNode, SelectionSetNode, ValidationContext, ValidationRule } from 'graphql';

/** A subscription is to one field, always: GraphQL's own rule since its edition of 2025. */
const noConditionalSubscriptions: ValidationRule = (context) => ({
  OperationDefinition(node: OperationDefinitionNode) {
    if (node.operation === 'subscription') refuseConditions(context, node.selectionSet, new Set());
  },
});

/** A number too large for a double becomes Infinity, which is no Float, and which validation does not see. A custom scalar may have any. */
const finiteNumbers: ValidationRule = (context) => {
  const check = (node: FloatValueNode | IntValueNode): void => {
    if (!Number.isFinite(Number(node.value)) && !isCustomScalar(context.getInputType())) context.reportError(new GraphQLError('A number is too large', { nodes: node }));
  };
  return { FloatValue: check, IntValue: check };
};

function isCustomScalar(type: GraphQLInputType | null | undefined): boolean {
  // Within an object or a list that stands for a scalar, the type is not known.
  const named = type && getNamedType(type);
  return !named || (isScalarType(named) && !isSpecifiedScalarType(named));
}

/** Tools ask once; each time costs as much as the schema is long. */
const maxIntrospections = 10;

const fewIntrospections: ValidationRule = (context) => {
  let count = 0;
  return {
    Field(node: FieldNode) {
      if (node.name.value !== '__schema' && node.name.value !== '__type') return;
      count += 1;
      if (count === maxIntrospections + 1) context.reportError(new GraphQLError(`The schema is asked for more than ${maxIntrospections} times in one document`, { nodes: node }));
    },
  };
};

function refuseConditions(context: ValidationContext, { selections }: SelectionSetNode, seen: Set<string>): void {
  for (const selection of selections) {
    if (selection.directives?.some(({ name }) => name.value === 'skip' || name.value === 'include')) {
      context.reportError(new GraphQLError("A subscription's field can't be skipped or included", { nodes: selection }));
    }
    if (selection.kind === 'InlineFragment') refuseConditions(context, selection.selectionSet, seen);
    if (selection.kind !== 'FragmentSpread' || seen.has(selection.name.value)) continue;
    seen.add(selection.name.value);
    const fragment = context.getFragment(selection.name.value);
    if (fragment) refuseConditions(context, fragment.selectionSet, seen);
  }
}

/** What a federated operation must keep to beyond GraphQL's own rules. */
export const gatewayRules: readonly ValidationRule[] = [noConditionalSubscriptions, finiteNumbers, fewIntrospections];
