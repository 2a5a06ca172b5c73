/**
 * type-graphql asks for the types that a compiler may have emitted as metadata. Here every decorator states its type, so there is
 * none to find; without this answer it refuses to work at all. Loaded before the first decorated class.
 */
const reflection = Reflect as { getMetadata?: (key: string, target: object, property?: string | symbol) => unknown };
reflection.getMetadata ??= () => undefined;
