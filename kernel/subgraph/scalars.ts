import { GraphQLScalarType, valueFromASTUntyped } from 'graphql';

/**
 * Lets input through as it is: it is parsed by the resolver (`instantInput`, `Cursors.decode`), which alone knows the
 * field's path among the arguments and can name it.
 */
const parsedByResolvers = {
  parseValue: (value: unknown): unknown => value,
  parseLiteral: valueFromASTUntyped,
};

export const DateTime = new GraphQLScalarType<unknown, string>({
  name: 'DateTime',
  description: 'RFC 3339, UTC, milliseconds',
  specifiedByURL: 'https://scalars.graphql.org/andimarek/date-time',
  serialize(value) {
    if (value instanceof Date) return value.toISOString();
    if (typeof value === 'string') return value;
    throw new TypeError(`Not an instant: ${String(value)}`);
  },
  ...parsedByResolvers,
});

export const Cursor = new GraphQLScalarType<unknown, string>({
  name: 'Cursor',
  description: 'Opaque and signed: a place in one connection or in one feed',
  specifiedByURL: 'https://relay.dev/graphql/connections.htm#sec-Cursor',
  serialize(value) {
    if (typeof value === 'string') return value;
    throw new TypeError('Not a cursor');
  },
  ...parsedByResolvers,
});

export const Json = new GraphQLScalarType<unknown, unknown>({ name: 'JSON', description: 'Any JSON value.', specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc8259', ...parsedByResolvers });
