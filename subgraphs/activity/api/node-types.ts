import { Directive, Field, ID, InterfaceType } from 'type-graphql';
import { CommandMoment } from './command-moment';
import type { ProcessReference, SubjectReference } from './subject-types';
import type { Viewer } from './viewer-types';

/** What `node` answers with. Of things that other subgraphs own, it is a reference. */
export type NodeReference = SubjectReference | ProcessReference | CommandMoment | Viewer;

const typeOf = (node: NodeReference): string => {
  if (node instanceof CommandMoment) return 'Command';
  if ('lab' in node) return 'Viewer';
  return 'type' in node ? node.type : 'Process';
};

@Directive('@judgedByType')
@InterfaceType('Node', {
  description:
    'Everything with an id of its own. Ids are UUIDs, unique in a lab (should a client give one UUID to two kinds of things, node(id:) answers with the experiment, then the method, then the process).',
  resolveType: (node: NodeReference) => typeOf(node),
})
export abstract class Node {
  @Field(() => ID)
  id!: string;
}
