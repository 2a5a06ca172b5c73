import { actorOf, ActorType, listSize, type Identity } from '@test-planning/kernel/subgraph';
import { Directive, Field, ID, ObjectType } from 'type-graphql';
import { Node } from './node-types';

@Directive('@key(fields: "id")')
@ObjectType('Viewer', { description: '`id`: the user\'s in this lab.', implements: Node, simpleResolvers: true })
export class Viewer {
  @Field(() => ID)
  id!: string;

  @Field(() => ActorType)
  user!: ActorType;

  @Field(() => ID)
  lab!: string;

  @Directive(listSize(10))
  @Field(() => [String])
  scopes!: readonly string[];
}

/** The caller, as the caller sees it. */
export const viewerOf = (identity: Identity): Viewer => ({ id: identity.userId, user: actorOf(identity), lab: identity.lab, scopes: identity.scopes });
