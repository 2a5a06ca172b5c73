import { GraphQLError, Kind, TypeInfo, visit, visitWithTypeInfo } from 'graphql';
import type { DocumentNode, FragmentDefinitionNode, GraphQLSchema, OperationDefinitionNode } from 'graphql';

/** What a field's @argumentRange says: the argument's least and greatest number. */
export interface ArgumentRange {
  readonly argument: string;
  readonly min: number;
  readonly max: number;
}

/** By `Type.field`. */
export type ArgumentRanges = ReadonlyMap<string, ArgumentRange>;

/** What is wrong with an operation's numbers, as BAD_USER_INPUT with `field` = the argument; `variables` with their defaults. */
export type CheckRanges = (variables: Readonly<Record<string, unknown>>) => readonly GraphQLError[];

/**
 * Arguments with a range are checked before anything is executed: a mutation whose selection could not be answered would otherwise have been
 * accepted by the time that the subgraph behind it refuses the number.
 */
export function rangeRules(operation: OperationDefinitionNode, fragments: Iterable<FragmentDefinitionNode>, schema: GraphQLSchema, ranges: ArgumentRanges): CheckRanges {
  const always: GraphQLError[] = [];
  const byVariable: { readonly name: string; readonly range: ArgumentRange }[] = [];
  const typeInfo = new TypeInfo(schema);
  const document: DocumentNode = { kind: Kind.DOCUMENT, definitions: [operation, ...fragments] };
  if (ranges.size > 0) {
    visit(document, visitWithTypeInfo(typeInfo, {
      Field: (field) => {
        const range = ranges.get(`${typeInfo.getParentType()?.name}.${field.name.value}`);
        if (!range) return;
        const value = field.arguments?.find(({ name }) => name.value === range.argument)?.value;
        if (value?.kind === Kind.VARIABLE) byVariable.push({ name: value.name.value, range });
        else if (value?.kind === Kind.INT) always.push(...violation(Number(value.value), range));
      },
    }));
  }
  return (variables) => (byVariable.length === 0 ? always : [...always, ...byVariable.flatMap(({ name, range }) => violation(variables[name], range))]);
}

function violation(value: unknown, { argument, min, max }: ArgumentRange): GraphQLError[] {
  // Null and what is left out are not the range's business.
  if (typeof value !== 'number' || (value >= min && value <= max)) return [];
  return [new GraphQLError(`${argument} must be ${min} to ${max}, not ${value}.`, { extensions: { code: 'BAD_USER_INPUT', field: argument } })];
}
