import type { FetchDataRewrite } from '@apollo/query-planner';
import type { TypeRelations } from './type-relations';

type Data = Record<string, unknown>;

/** Changes a representation before it is sent, or what came before it is merged. */
export type Rewrite = (value: unknown) => void;

const onType = '... on ';

/** Undefined where there is nothing to rewrite. Values whose type is unknown are taken to be of the type that is asked for. */
export function compileRewrites(rewrites: readonly FetchDataRewrite[] | undefined, types: TypeRelations): Rewrite | undefined {
  if (!rewrites || rewrites.length === 0) return undefined;
  const compiled = rewrites.map((rewrite) => compileRewrite(rewrite, types));
  return (value) => {
    for (const rewrite of compiled) rewrite(value);
  };
}

/** Names that are changed in what comes: an error's path still has the old ones. */
export function renamedKeys(rewrites: readonly FetchDataRewrite[] | undefined): ReadonlyMap<string, string> {
  return new Map((rewrites ?? []).flatMap((rewrite) => {
    const last = rewrite.path.at(-1);
    return rewrite.kind === 'KeyRenamer' && last !== undefined ? [[last, rewrite.renameKeyTo] as const] : [];
  }));
}

function compileRewrite(rewrite: FetchDataRewrite, types: TypeRelations): Rewrite {
  const last = rewrite.path.at(-1);
  if (last === undefined) return () => undefined;
  return rewrite.path.slice(0, -1).reduceRight((inner, step) => descend(step, inner, types), change(rewrite, last));
}

function change(rewrite: FetchDataRewrite, key: string): Rewrite {
  return forEachObject((object) => {
    if (rewrite.kind === 'ValueSetter') {
      object[key] = rewrite.setValueTo;
    } else if (Object.hasOwn(object, key)) {
      object[rewrite.renameKeyTo] = object[key];
      Reflect.deleteProperty(object, key);
    }
  });
}

function descend(step: string, inner: Rewrite, types: TypeRelations): Rewrite {
  if (!step.startsWith(onType)) return forEachObject((object) => inner(object[step]));
  const condition = step.slice(onType.length);
  return forEachObject((object) => {
    const type = object['__typename'];
    if (typeof type !== 'string' || types.isOfType(type, condition)) inner(object);
  });
}

function forEachObject(visit: (object: Data) => void): Rewrite {
  return function each(value) {
    if (Array.isArray(value)) value.forEach(each);
    else if (typeof value === 'object' && value !== null) visit(value as Data);
  };
}
