import type { GraphQLError } from 'graphql';
import { absentCode, entityErrorPrefix } from './row-values';

export interface Answer {
  readonly data: Readonly<Record<string, unknown>> | null;
  readonly errors: readonly GraphQLError[];
}

type Path = readonly (string | number)[];

/** Errors of an answer, sorted by how exactly they can be compared. */
interface Told {
  /** At fields that are null by their own error: path and code. */
  readonly exact: readonly string[];
  /** Parents of fields that have an error about their whole entity, with its code. */
  readonly entities: ReadonlySet<string>;
  /** Places that became null for an error below them. */
  readonly propagated: ReadonlySet<string>;
  /** Those of them of which all that is known is that an entity is absent. */
  readonly unexplained: ReadonlySet<string>;
}

/**
 * Says how an answer differs from the right one, or undefined. Data must be equal to the order of its keys. Of errors, each must have its
 * path and code, as often as it should, with these liberties, which GraphQL and federation leave:
 * - Where null has propagated, one of the errors below that place is enough, whichever: who executes may stop at the first.
 * - An error about an entity may be told at the entity or at each of the fields that are missing for it, as one fetch asks for several.
 * - Where null has propagated only because a subgraph does not know an entity, no error need be told: nothing has failed.
 */
export function difference(expected: Answer, actual: Answer, compared: 'data' | 'all' = 'all'): string | undefined {
  const [right, given] = [JSON.stringify(expected.data), JSON.stringify(actual.data)];
  if (right !== given) return `data\n  expected ${right}\n  got      ${given}${shown(actual)}`;
  if (compared === 'data') return undefined;
  const wanted = sorted(expected, new Set());
  const told = sorted(actual, wanted.propagated);
  const places = differingErrors(wanted, told);
  return places && `errors: ${places}\n  expected${shown(expected)}\n  got     ${shown(actual)}`;
}

function differingErrors(wanted: Told, told: Told): string | undefined {
  if (wanted.exact.join('\n') !== told.exact.join('\n')) return 'paths and codes';
  if (!sameItems(wanted.entities, told.entities)) return 'those of entities';
  const missing = [...wanted.propagated].filter((place) => !wanted.unexplained.has(place) && !told.propagated.has(place));
  if (missing.length > 0) return `none explains the null at ${missing.join(' and ')}`;
  const excess = [...told.propagated].filter((place) => !wanted.propagated.has(place));
  return excess.length > 0 ? `nothing is wrong below ${excess.join(' and ')}` : undefined;
}

/** `nulled`: where null has propagated to; an error about an entity that should have stood there is one below it. */
function sorted({ data, errors }: Answer, nulled: ReadonlySet<string>): Told {
  const exact: string[] = [];
  const entities = new Set<string>();
  const propagated = new Map<string, boolean>();
  for (const { path, extensions } of errors) {
    const code = typeof extensions['code'] === 'string' ? extensions['code'] : 'INTERNAL_SERVER_ERROR';
    const isEntity = code.startsWith(entityErrorPrefix);
    const place = nullAbove(data, path ?? []) ?? (isEntity && nulled.has(JSON.stringify(path)) ? path : undefined);
    if (place) {
      const name = JSON.stringify(place);
      propagated.set(name, (propagated.get(name) ?? true) && code === absentCode);
    } else if (isEntity) {
      entities.add(`${JSON.stringify(isPresent(data, path ?? []) ? path : path?.slice(0, -1))} ${code}`);
    } else {
      exact.push(`${JSON.stringify(path)} ${code}`);
    }
  }
  return {
    exact: exact.sort(), entities,
    propagated: new Set(propagated.keys()),
    unexplained: new Set([...propagated].filter(([, isAbsence]) => isAbsence).map(([name]) => name)),
  };
}

/** The null that stands in the way to a path. */
function nullAbove(data: unknown, path: Path): Path | undefined {
  let value = data;
  for (const [index, step] of path.entries()) {
    if (value === null) return path.slice(0, index);
    value = (value as Record<string | number, unknown> | undefined)?.[step];
  }
  return undefined;
}

/** Whether there is an object: an error at it is one about an entity, an error at null is one about a field. */
function isPresent(data: unknown, path: Path): boolean {
  const value = path.reduce<unknown>((parent, step) => (parent as Record<string | number, unknown> | null | undefined)?.[step], data);
  return value !== null && value !== undefined;
}

function sameItems(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return one.size === other.size && [...one].every((item) => other.has(item));
}

function shown({ errors }: Answer): string {
  return errors.map(({ message, path, extensions }) => `\n    ${JSON.stringify(path)} ${String(extensions['code'])}: ${message}`).join('');
}
