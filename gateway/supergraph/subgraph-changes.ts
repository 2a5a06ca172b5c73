import type { SubgraphPart } from './subgraphs-of';

/** Names of subgraphs, by what happened to them between two supergraphs. */
interface SubgraphChanges {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** To another address. */
  readonly moved: readonly string[];
  /** Their types or fields. */
  readonly changed: readonly string[];
}

export function subgraphChanges(before: ReadonlyMap<string, SubgraphPart>, after: ReadonlyMap<string, SubgraphPart>): SubgraphChanges {
  const both = [...after].flatMap(([name, now]) => {
    const then = before.get(name);
    return then ? [{ name, then, now }] : [];
  });
  return {
    added: [...after.keys()].filter((name) => !before.has(name)),
    removed: [...before.keys()].filter((name) => !after.has(name)),
    moved: both.filter(({ then, now }) => then.address.url !== now.address.url).map(({ name }) => name),
    changed: both.filter(({ then, now }) => then.fingerprint !== now.fingerprint).map(({ name }) => name),
  };
}
