import { GraphQLError, parse, validate, type DocumentNode, type GraphQLSchema } from 'graphql';

/** A subscription's document, or what is wrong with it. */
type ReadDocument = (text: string) => DocumentNode | readonly GraphQLError[];

const cachedDocuments = 1_000;

/** Parses and validates each document once for as long as it is in use: after a restart a gateway sends the same one thousands of times. */
export function documentReader(schema: GraphQLSchema): ReadDocument {
  const known = new Map<string, DocumentNode>();

  function read(text: string): DocumentNode | readonly GraphQLError[] {
    try {
      const document = parse(text, { noLocation: true });
      const errors = validate(schema, document);
      return errors.length === 0 ? document : errors.map(({ message }) => coded('GRAPHQL_VALIDATION_FAILED', message));
    } catch (error) {
      return [coded('GRAPHQL_PARSE_FAILED', error instanceof GraphQLError ? error.message : 'The operation can\'t be parsed.')];
    }
  }

  return (text) => {
    const found = known.get(text);
    // Put last again, so that the first of the map is the one not used for the longest time.
    if (found) known.delete(text);
    const opened = found ?? read(text);
    if (!('kind' in opened)) return opened;
    const oldest = known.keys().next();
    if (known.size >= cachedDocuments && !oldest.done) known.delete(oldest.value);
    known.set(text, opened);
    return opened;
  };
}

const coded = (code: string, message: string): GraphQLError => new GraphQLError(message, { extensions: { code } });
