import { execute, GraphQLError, isNonNullType } from 'graphql';
import type { DocumentNode, GraphQLFieldResolver, GraphQLSchema } from 'graphql';
import type { Answer } from './compare-answers';
import type { Domain, Row } from './foreign-supergraph';
import { AbsentEntity, isRow, RowValues } from './row-values';

/** What the supergraph's data answers when one schema resolves all of it: the truth that a gateway is held to. */
export function monolith(domain: Domain, apiSchema: GraphQLSchema) {
  const values = new RowValues(domain);
  const { supergraph } = domain;

  return async (document: DocumentNode, variables: Readonly<Record<string, unknown>>, operationName: string | undefined): Promise<Answer> => {
    const data = supergraph.data();
    const fieldResolver: GraphQLFieldResolver<unknown, unknown> = (source, args: Record<string, unknown>, _context, { parentType, fieldName, returnType }) => {
      const row: Row = isRow(source) ? source : { __typename: parentType.name };
      try {
        return values.wholeValueOf(row, fieldName, args, data);
      } catch (error) {
        if (error instanceof AbsentEntity && !isNonNullType(returnType)) return null;
        throw error;
      }
    };
    const { data: answered, errors } = await execute({
      schema: apiSchema, document, variableValues: variables, operationName: operationName ?? null, fieldResolver,
      typeResolver: (value) => (isRow(value) ? value.__typename : undefined),
    });
    if (answered === undefined) throw new GraphQLError(`The operation can't be executed at all: ${errors?.[0]?.message ?? ''}`);
    return { data: answered, errors: errors ?? [] };
  };
}
