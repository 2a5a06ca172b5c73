import { z } from 'zod';

/** One type of message: the TypeScript type, the parser and the JSON Schema all come from `data`. */
export interface MessageDefinition<Type extends string, Data extends z.ZodType> {
  type: Type;
  /** Raised when `data` changes in a way that old readers can't read; `upcast` brings older data up to it. */
  schemaVersion: number;
  data: Data;
  upcast?: (data: unknown, fromVersion: number) => unknown;
}

export const defineMessage = <Type extends string, Data extends z.ZodType>(
  type: Type,
  data: Data,
): MessageDefinition<Type, Data> => ({ type, schemaVersion: 1, data });

type AnyDefinition = MessageDefinition<string, z.ZodType>;

/** The union of `{type, data}` over a set of definitions, as deciders take it. */
export type MessageOf<Definitions extends readonly AnyDefinition[]> = {
  [Index in keyof Definitions]: { type: Definitions[Index]['type']; data: z.output<Definitions[Index]['data']> };
}[number];

export interface ParsedMessage {
  type: string;
  data: unknown;
}

export type ParseResult<Parsed extends ParsedMessage> =
  | { kind: 'parsed'; message: Parsed }
  | { kind: 'unknown-type'; type: string }
  | { kind: 'malformed'; reason: string };

/** A parser for a set of message types; input is parsed once, where it enters. */
export const messageParser = <const Definitions extends readonly AnyDefinition[]>(definitions: Definitions) => {
  const byType = new Map<string, AnyDefinition>(definitions.map((definition) => [definition.type, definition]));
  return (type: string, schemaVersion: number, data: unknown): ParseResult<MessageOf<Definitions>> => {
    const definition = byType.get(type);
    if (!definition) return { kind: 'unknown-type', type };
    if (schemaVersion > definition.schemaVersion) {
      return { kind: 'malformed', reason: `${type} has version ${schemaVersion}; version ${definition.schemaVersion} is the newest known here` };
    }
    const current = schemaVersion < definition.schemaVersion && definition.upcast ? definition.upcast(data, schemaVersion) : data;
    const parsed = definition.data.safeParse(current);
    if (!parsed.success) return { kind: 'malformed', reason: `${type}: ${z.prettifyError(parsed.error)}` };
    return { kind: 'parsed', message: { type, data: parsed.data } as MessageOf<Definitions> };
  };
};

/** The schema version under which messages of this type are sent now. @throws {TypeError} when it is none of these. */
export const schemaVersionOf = (definitions: readonly AnyDefinition[], type: string): number => {
  const definition = definitions.find((candidate) => candidate.type === type);
  if (!definition) throw new TypeError(`There is no message ${type} here`);
  return definition.schemaVersion;
};
