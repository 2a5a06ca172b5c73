import { Kind, parse, valueFromASTUntyped, type FieldNode } from 'graphql';
import type { SubscribePayload } from 'graphql-ws';
import { entry, type Entry } from './events';

/** A subscription to `added`, read. */
export interface WrittenEntry {
  /** The event that it wants to begin behind. */
  readonly after: number | undefined;
  /** An event's data, as it was asked for. */
  text(number: number): string;
}

const responseName = ({ alias, name }: FieldNode): string => (alias ?? name).value;

/** @throws {Error} for anything but fields of an entry. */
export const writtenEntry = ({ query, variables }: SubscribePayload): WrittenEntry => {
  const [operation] = parse(query, { noLocation: true }).definitions;
  const [root] = operation?.kind === Kind.OPERATION_DEFINITION ? operation.selectionSet.selections : [];
  if (root?.kind !== Kind.FIELD || root.name.value !== 'added') throw new Error(`Not a subscription to "added": ${query}`);
  const given = (name: string): unknown => {
    const argument = root.arguments?.find((node) => node.name.value === name);
    return argument && valueFromASTUntyped(argument.value, variables ?? undefined);
  };
  const fields = (root.selectionSet?.selections ?? []).map((node) => {
    if (node.kind !== Kind.FIELD) throw new Error('Fragments are not read here');
    return [responseName(node), node.name.value as keyof Entry | '__typename'] as const;
  });
  const group = String(given('group'));
  const after = given('after');
  return {
    after: after === undefined || after === null ? undefined : Number(after),
    text: (number) => {
      const event: Entry & { readonly __typename: string } = { __typename: 'Entry', ...entry(group, number) };
      return JSON.stringify({ [responseName(root)]: Object.fromEntries(fields.map(([name, field]) => [name, event[field]])) });
    },
  };
};
