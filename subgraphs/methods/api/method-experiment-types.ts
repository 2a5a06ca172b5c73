import { ActorType, Cursor, DateTime, PageInfo, type Resolvable } from '@test-planning/kernel/subgraph';
import { Directive, Field, ID, Int, ObjectType } from 'type-graphql';

/** An experiment, by its id: what it is, the experiments service says. */
@Directive('@key(fields: "id", resolvable: false)')
@ObjectType('Experiment', { simpleResolvers: true })
class ExperimentReference {
  @Field(() => ID)
  id!: string;
}

@ObjectType('MethodExperimentEdge', { simpleResolvers: true })
class MethodExperimentEdge {
  @Field(() => Cursor)
  cursor!: Resolvable<string>;

  @Field(() => ExperimentReference, { nullable: true })
  node!: ExperimentReference | null;

  @Field(() => DateTime)
  linkedAt!: string;

  @Field(() => ActorType)
  linkedBy!: ActorType;
}

@ObjectType('MethodExperimentConnection', { simpleResolvers: true })
export class MethodExperimentConnection {
  @Field(() => [MethodExperimentEdge])
  edges!: MethodExperimentEdge[];

  @Field(() => [ExperimentReference], { nullable: 'items' })
  nodes!: (ExperimentReference | null)[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;

  @Field(() => Int)
  totalCount!: Resolvable<number>;
}
