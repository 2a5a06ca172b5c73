import { GraphQLError } from 'graphql';

/** An error whose message and code are meant for clients. */
export function clientError(code: string, message: string, extensions: Readonly<Record<string, unknown>> = {}, path?: readonly string[]): GraphQLError {
  return new GraphQLError(message, { extensions: { code, ...extensions }, path });
}
