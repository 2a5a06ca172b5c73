import { idInput, listSize, PAGE_LIMIT, parseInput, type Identity, type SubgraphContext } from '@test-planning/kernel/subgraph';
import { Arg, Ctx, Directive, ID, Query, Resolver } from 'type-graphql';
import { z } from 'zod';
import type { CommandResolver } from './command-resolver';
import { Node, type NodeReference } from './node-types';
import type { Subjects } from './subjects';
import { viewerOf } from './viewer-types';

const idsArgument = z.array(z.string()).max(PAGE_LIMIT);

/** Finds things of any kind by their ids. What the caller's scopes don't cover is null, as what is not there. */
@Resolver()
export class NodeResolver {
  constructor(
    private readonly commands: CommandResolver,
    private readonly subjects: Subjects,
  ) {}

  @Directive('@authenticated')
  @Query(() => Node, { nullable: true, description: 'Null for what is not there, or not yours.' })
  node(@Arg('id', () => ID) id: string, @Ctx() { identity }: SubgraphContext): Promise<NodeReference | null> {
    return this.find(identity, id);
  }

  /** Those of one turn are read together. */
  @Directive('@authenticated')
  @Directive(listSize(PAGE_LIMIT))
  @Query(() => [Node], { nullable: 'items', description: 'In the order of the ids, null where there is none; at most 100.' })
  nodes(@Arg('ids', () => [ID]) ids: string[], @Ctx() { identity }: SubgraphContext): Promise<(NodeReference | null)[]> {
    return Promise.all(parseInput(idsArgument, ids, 'ids').map((id) => this.find(identity, id)));
  }

  private async find(identity: Identity, id: string): Promise<NodeReference | null> {
    const parsed = idInput.safeParse(id);
    const found = parsed.success ? await this.findByUuid(identity, parsed.data) : null;
    return found ?? (id === identity.userId ? viewerOf(identity) : null);
  }

  private async findByUuid(identity: Identity, id: string): Promise<NodeReference | null> {
    const [experiment, method, process, command] = await Promise.all([
      this.subjects.existing(identity, { kind: 'experiment', id }),
      this.subjects.existing(identity, { kind: 'method', id }),
      this.subjects.process(identity, id),
      this.commands.find(identity.lab, { id, inputHash: null }),
    ]);
    return experiment ?? method ?? process ?? command;
  }
}
