import { createHash } from 'node:crypto';
import { Kind, parse, print } from 'graphql';
import type { DirectiveNode, DefinitionNode, EnumValueDefinitionNode, FieldDefinitionNode, InputValueDefinitionNode } from 'graphql';
import type { SubgraphAddress } from '../transport/subgraph-transport';

/** What a supergraph says of one of its subgraphs. */
export interface SubgraphPart {
  readonly address: SubgraphAddress;
  /** Equal where the subgraph adds the same types and fields. */
  readonly fingerprint: string;
}

type Member = FieldDefinitionNode | InputValueDefinitionNode | EnumValueDefinitionNode;

/**
 * The subgraphs of a supergraph SDL by name, as the join specification writes them. For telling what has changed and where subgraphs are, without planning.
 * @throws {GraphQLError} if it is no SDL.
 */
export function subgraphsOf(sdl: string): ReadonlyMap<string, SubgraphPart> {
  const { definitions } = parse(sdl, { noLocation: true });
  const addresses = new Map(definitions.flatMap(addressesIn));
  const parts = new Map([...addresses.keys()].map((graph) => [graph, createHash('sha256')]));
  const add = (node: Member | DefinitionNode, owners: ReadonlySet<string>, under = ''): void => {
    for (const graph of owners) parts.get(graph)?.update(`${under}${print(asSeenBy(graph, node))}\n`);
  };
  for (const definition of definitions) {
    if (!('directives' in definition) || !('name' in definition) || definition.name === undefined) continue;
    const owners = graphsOf(definition.directives);
    add(withoutMembers(definition), owners);
    for (const member of membersOf(definition)) {
      const own = graphsOf(member.directives);
      add(member, own.size > 0 ? own : owners, `${definition.name.value}.`);
    }
  }
  return new Map([...addresses].map(([graph, address]) => [address.name, { address, fingerprint: parts.get(graph)?.digest('hex') ?? '' }]));
}

function addressesIn(definition: DefinitionNode): readonly (readonly [string, SubgraphAddress])[] {
  if (definition.kind !== Kind.ENUM_TYPE_DEFINITION || definition.name.value !== 'join__Graph') return [];
  return (definition.values ?? []).flatMap(({ name, directives }) => {
    const [graph] = (directives ?? []).filter((directive) => directive.name.value === 'join__graph');
    return graph ? [[name.value, { name: stringIn(graph, 'name') ?? name.value, url: stringIn(graph, 'url') ?? '' }] as const] : [];
  });
}

/** Those that a definition's directives name. */
function graphsOf(directives: readonly DirectiveNode[] = []): ReadonlySet<string> {
  return new Set(directives.flatMap((directive) => graphOf(directive) ?? []));
}

function graphOf(directive: DirectiveNode): string | undefined {
  if (!directive.name.value.startsWith('join__')) return undefined;
  const value = directive.arguments?.find(({ name }) => name.value === 'graph')?.value;
  return value?.kind === Kind.ENUM ? value.value : undefined;
}

function stringIn(directive: DirectiveNode, argument: string): string | undefined {
  const value = directive.arguments?.find(({ name }) => name.value === argument)?.value;
  return value?.kind === Kind.STRING ? value.value : undefined;
}

/** That a field is there goes without saying where all of a type's subgraphs have it: only then may it be left out. */
function saysOnlyWhere(directive: DirectiveNode): boolean {
  return directive.name.value === 'join__field' && directive.arguments?.length === 1;
}

/** Without what it says of other subgraphs, and without its words, of which nobody knows who wrote them. */
function asSeenBy<Node extends Member | DefinitionNode>(graph: string, node: Node): Node {
  const directives = 'directives' in node ? node.directives?.filter((directive) => (graphOf(directive) ?? graph) === graph && !saysOnlyWhere(directive)) : undefined;
  return { ...node, description: undefined, ...(directives ? { directives } : {}) };
}

function membersOf(definition: DefinitionNode): readonly Member[] {
  if ('fields' in definition) return definition.fields ?? [];
  return 'values' in definition ? definition.values ?? [] : [];
}

/** Which interfaces it has and which types a union, directives say by subgraph. */
function withoutMembers(definition: DefinitionNode): DefinitionNode {
  return {
    ...definition,
    ...('fields' in definition ? { fields: [] } : {}), ...('values' in definition ? { values: [] } : {}),
    ...('interfaces' in definition ? { interfaces: [] } : {}), ...('types' in definition ? { types: [] } : {}),
  } as DefinitionNode;
}
