import { GraphQLError, Kind, valueFromASTUntyped } from 'graphql';
import type { FieldNode, GraphQLField } from 'graphql';
import type { ListSize } from './cost-rules';
import { valueOf } from './cost-term';
import type { CostTerm, Estimation } from './cost-term';

/** The length that @listSize gives a list; `otherwise` where it gives none. Never below 0. */
export function listSizeTerm(rule: ListSize, field: FieldNode, definition: GraphQLField<unknown, unknown>, otherwise: number): CostTerm {
  const assumed = Math.max(0, rule.assumedSize ?? otherwise);
  if (rule.slicingArguments.length === 0) return assumed;
  const slices = rule.slicingArguments.map((name) => sliceOf(name, field, definition));
  return (estimation) => {
    const given = numbersOf(slices.map(({ given: term }) => term), estimation);
    const sizes = given.length > 0 ? given : numbersOf(slices.map(({ byDefault }) => byDefault), estimation);
    if (rule.requireOneSlicingArgument && sizes.length !== 1) {
      const message = `${field.name.value} needs one of its arguments that say how much is asked for (${rule.slicingArguments.join(', ')}), and has ${sizes.length}`;
      estimation.problems.push(new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT', field: rule.slicingArguments[0] } }));
    }
    return sizes.length > 0 ? Math.max(0, ...sizes) : assumed;
  };
}

/** NaN stands for what is not given. */
interface Slice {
  readonly given: CostTerm;
  readonly byDefault: CostTerm;
}

function sliceOf(name: string, field: FieldNode, definition: GraphQLField<unknown, unknown>): Slice {
  const value = field.arguments?.find((argument) => argument.name.value === name)?.value;
  const byDefault = numberOf(definition.args.find((argument) => argument.name === name)?.defaultValue);
  if (!value) return { given: Number.NaN, byDefault };
  if (value.kind !== Kind.VARIABLE) return { given: numberOf(valueFromASTUntyped(value)), byDefault };
  return { given: ({ variables }) => numberOf(variables[value.name.value]), byDefault };
}

function numbersOf(terms: readonly CostTerm[], estimation: Estimation): number[] {
  return terms.map((term) => valueOf(term, estimation)).filter((size) => !Number.isNaN(size));
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : Number.NaN;
}
