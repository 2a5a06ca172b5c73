import { z } from 'zod';

/** Brings data, as it was stored or sent in one version, to the form of the next. */
export type Upcaster = (data: unknown) => unknown;

/** One type of message: the TypeScript type, the parser and the JSON Schema all come from `data`. */
export interface MessageDefinition<Type extends string, Data extends z.ZodType> {
  type: Type;
  /** One more than there are upcasters. */
  schemaVersion: number;
  data: Data;
  /** The first brings data of version 1 to version 2, the next to version 3, and so on. */
  upcasters: readonly Upcaster[];
}

/** Defines a type of message. A form that readers of the one before can't read is a new version: it comes with an upcaster. */
export const defineMessage = <Type extends string, Data extends z.ZodType>(
  type: Type,
  data: Data,
  ...upcasters: readonly Upcaster[]
): MessageDefinition<Type, Data> => ({ type, schemaVersion: upcasters.length + 1, data, upcasters });

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
    const parsed = definition.data.safeParse(upcast(definition, schemaVersion, data));
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

const upcast = ({ upcasters }: AnyDefinition, fromVersion: number, data: unknown): unknown =>
  upcasters.slice(fromVersion - 1).reduce((older, toNext) => toNext(older), data);

/** The versions of stored events, for the worker that reads them. */
export const eventVersions = (definitions: readonly AnyDefinition[]) => {
  const byType = new Map(definitions.map((definition) => [definition.type, definition]));
  return {
    current: (type: string): number => byType.get(type)?.schemaVersion ?? 1,
    /** @throws {TypeError} for a version that is newer than the newest known here. */
    upcast: (type: string, schemaVersion: number, data: unknown): unknown => {
      const definition = byType.get(type);
      const newest = definition?.schemaVersion ?? 1;
      if (schemaVersion > newest) throw new TypeError(`${type} is stored in version ${schemaVersion}; version ${newest} is the newest known here`);
      return definition ? upcast(definition, schemaVersion, data) : data;
    },
  };
};
