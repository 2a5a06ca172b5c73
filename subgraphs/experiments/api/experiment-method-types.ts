import { ActorType, Cursor, DateTime, PageInfo, type Resolvable } from '@test-planning/kernel/subgraph';
import { Directive, Field, ID, Int, ObjectType } from 'type-graphql';

/** A method, by its id: what it is, the methods service says. */
@Directive('@key(fields: "id", resolvable: false)')
@ObjectType('Method', { simpleResolvers: true })
class MethodReference {
  @Field(() => ID)
  id!: string;
}

@ObjectType('ExperimentMethodEdge', {
  description:
    '`node` is null if the token may not read methods, or in the moment in which it is being deleted. `revision`: the one reserved, while the experiment runs and after it.',
  simpleResolvers: true,
})
class ExperimentMethodEdge {
  @Field(() => Cursor)
  cursor!: Resolvable<string>;

  @Field(() => MethodReference, { nullable: true })
  node!: MethodReference | null;

  @Field(() => Int, { nullable: true })
  revision!: number | null;

  @Field(() => DateTime)
  linkedAt!: string;

  @Field(() => ActorType)
  linkedBy!: ActorType;

  @Field(() => DateTime, { nullable: true })
  carriedOutAt!: string | null;

  @Field(() => ActorType, { nullable: true })
  carriedOutBy!: ActorType | null;

  @Field(() => String, { nullable: true })
  note!: string | null;
}

@ObjectType('ExperimentMethodConnection', { simpleResolvers: true })
export class ExperimentMethodConnection {
  @Field(() => [ExperimentMethodEdge])
  edges!: ExperimentMethodEdge[];

  @Field(() => [MethodReference], { nullable: 'items' })
  nodes!: (MethodReference | null)[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;

  @Field(() => Int)
  totalCount!: Resolvable<number>;
}
