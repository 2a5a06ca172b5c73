import { GraphQLError, Kind, valueFromASTUntyped } from 'graphql';
import type { FieldNode, GraphQLField, ValueNode } from 'graphql';
import type { ListSize } from './cost-rules';
import { valueOf } from './cost-term';
import type { CostTerm, Estimation } from './cost-term';

/** The length that @listSize gives a list; `otherwise` where it gives none. Never below 0. */
export function listSizeTerm(rule: ListSize, field: FieldNode, definition: GraphQLField<unknown, unknown>, otherwise: number): CostTerm {
  const assumed = Math.max(0, rule.assumedSize ?? otherwise);
  if (rule.slicingArguments.length === 0) return assumed;
  const slices = rule.slicingArguments.map((path) => sliceOf(path, field, definition));
  return (estimation) => {
    const given = numbersOf(slices.map(({ given: term }) => term), estimation);
    const sizes = given.length > 0 ? given : numbersOf(slices.map(({ byDefault }) => byDefault), estimation);
    if (rule.requireOneSlicingArgument && sizes.length !== 1) {
      const names = rule.slicingArguments.join(', ');
      const message = `${field.name.value} needs one of its arguments ${names}, which say how much is asked for, and has ${sizes.length}`;
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

function numbersOf(terms: readonly CostTerm[], estimation: Estimation): number[] {
  return terms.map((term) => valueOf(term, estimation)).filter((size) => !Number.isNaN(size));
}

function sliceOf(path: string, field: FieldNode, definition: GraphQLField<unknown, unknown>): Slice {
  const [name = '', ...inner] = path.split('.');
  const value = field.arguments?.find((argument) => argument.name.value === name)?.value;
  const byDefault = definition.args.find((argument) => argument.name === name)?.defaultValue;
  return { given: value ? sizeIn(value, inner) : Number.NaN, byDefault: numberAt(byDefault, inner) };
}

function sizeIn(value: ValueNode, path: readonly string[]): CostTerm {
  if (value.kind === Kind.VARIABLE) return ({ variables }) => numberAt(variables[value.name.value], path);
  const [name, ...inner] = path;
  if (name === undefined) return numberAt(valueFromASTUntyped(value), []);
  const field = value.kind === Kind.OBJECT ? value.fields.find((candidate) => candidate.name.value === name) : undefined;
  return field ? sizeIn(field.value, inner) : Number.NaN;
}

function numberAt(value: unknown, path: readonly string[]): number {
  const found = path.reduce<unknown>((inner, name) => (typeof inner === 'object' && inner !== null ? (inner as Record<string, unknown>)[name] : undefined), value);
  return typeof found === 'number' ? found : Number.NaN;
}
