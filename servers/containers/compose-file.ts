import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const root = join(__dirname, '../..');

/** A service of a compose file, as far as the tests look. */
export interface Service {
  image?: string;
  build?: unknown;
  command?: string[];
  environment?: Record<string, string | number>;
  depends_on?: Record<string, { condition: string }>;
  ports?: string[];
  volumes?: string[];
  networks?: string[];
  profiles?: string[];
  restart?: string;
  stop_grace_period?: string;
  healthcheck?: unknown;
}

export interface Compose {
  services: Record<string, Service>;
  networks?: Record<string, unknown>;
  volumes?: Record<string, unknown>;
}

/** What `!reset` leaves of a key of the files before: nothing. */
const RESET = Symbol('reset');
const reset = { tag: '!reset', identify: (value: unknown) => value === RESET, resolve: () => RESET };

type Tree = Record<string, unknown>;
const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value);

/** As `docker compose -f a -f b` does, as far as our files need it: mappings are merged; of anything else the last one stands. */
const merge = (base: Tree, over: Tree): Tree => {
  const merged: Tree = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const before = merged[key];
    if (value === RESET) Reflect.deleteProperty(merged, key);
    else merged[key] = isTree(before) && isTree(value) ? merge(before, value) : value;
  }
  return merged;
};

/** What compose makes of these files together, before it puts in variables. */
export const readCompose = (...files: string[]): Compose =>
  files.map((file) => parse(readFileSync(join(root, file), 'utf8'), { merge: true, customTags: [reset] }) as Tree).reduce((base, over) => merge(base, over), {}) as unknown as Compose;

/** `${NAME}`, `${NAME:-default}` and `${NAME:?why}`, with values for what has to be given. */
export const interpolate = (text: string, given: Readonly<Record<string, string>>): string =>
  text.replace(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_all, name: string, kind: string | undefined, rest: string | undefined) => {
    const value = given[name];
    if (value) return value;
    if (kind === '?') throw new Error(`${name} ${rest ?? ''}`);
    return rest ?? '';
  });
