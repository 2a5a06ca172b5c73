import { ActorType, Cursor, DateTime, listSize, PageInfo, type Resolvable } from '@test-planning/kernel/subgraph';
import { Directive, Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';

export const experimentStatuses = {
  DRAFT: 'DRAFT',
  PLANNED: 'PLANNED',
  RUNNING: 'RUNNING',
  IN_REVIEW: 'IN_REVIEW',
  DONE: 'DONE',
  CANCELLED: 'CANCELLED',
} as const;
export type ExperimentStatus = keyof typeof experimentStatuses;
registerEnumType(experimentStatuses, { name: 'ExperimentStatus' });

@Directive('@key(fields: "id")')
@Directive('@requiresScopes(scopes: [["experiments:read"]])')
@ObjectType('Experiment', { simpleResolvers: true })
export class Experiment {
  @Field(() => ID)
  id!: string;

  @Field(() => Int, { description: '1 when created; one more with each change that its history shows.' })
  version!: number;

  @Field(() => String)
  name!: string;

  @Field(() => String, { nullable: true })
  description!: string | null;

  @Field(() => experimentStatuses)
  status!: ExperimentStatus;

  @Directive(listSize(20))
  @Field(() => [String])
  tags!: string[];

  @Field(() => DateTime, { nullable: true })
  plannedStart!: string | null;

  @Field(() => DateTime, { nullable: true })
  plannedEnd!: string | null;

  @Field(() => ActorType)
  creator!: ActorType;

  @Field(() => DateTime)
  createdAt!: string;

  @Field(() => DateTime)
  updatedAt!: string;
}

@ObjectType('ExperimentEdge', { simpleResolvers: true })
class ExperimentEdge {
  @Field(() => Cursor)
  cursor!: Resolvable<string>;

  @Field(() => Experiment)
  node!: Experiment;
}

@ObjectType('ExperimentConnection', { simpleResolvers: true })
export class ExperimentConnection {
  @Field(() => [ExperimentEdge])
  edges!: ExperimentEdge[];

  @Field(() => [Experiment])
  nodes!: Experiment[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;

  @Field(() => Int)
  totalCount!: Resolvable<number>;
}
