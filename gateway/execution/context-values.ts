import type { FetchDataKeyRenamer } from '@apollo/query-planner';
import type { TypeRelations } from './type-relations';

type Data = Record<string, unknown>;

/** The variables that an entity's fetch takes from what stands above it (@fromContext). */
export type ContextValues = (object: Data, ancestors: readonly Data[]) => Readonly<Record<string, unknown>>;

const onType = '... on ';

export function compileContextValues(rewrites: readonly FetchDataKeyRenamer[], types: TypeRelations): ContextValues {
  const readers = rewrites.map(({ path, renameKeyTo }) => {
    const levels = path.findIndex((step) => step !== '..');
    const up = levels === -1 ? path.length : levels;
    return { name: renameKeyTo, up, below: path.slice(up) };
  });
  return (object, ancestors) => {
    const values: Record<string, unknown> = {};
    for (const { name, up, below } of readers) {
      const start = up === 0 ? object : ancestors.at(-up);
      const value = read(start, below, types);
      // Of several types that may set a context, only one stands above each entity.
      if (value !== undefined) values[name] = value;
    }
    return values;
  };
}

function read(value: unknown, path: readonly string[], types: TypeRelations): unknown {
  const [step, ...rest] = path;
  if (step === undefined || value === null || value === undefined) return value;
  if (Array.isArray(value)) return value.map((item) => read(item, path, types));
  if (typeof value !== 'object') return undefined;
  const object = value as Data;
  if (!step.startsWith(onType)) return read(object[step], rest, types);
  const type = object['__typename'];
  return typeof type !== 'string' || types.isOfType(type, step.slice(onType.length)) ? read(object, rest, types) : undefined;
}
