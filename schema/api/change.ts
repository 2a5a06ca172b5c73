import { ActorType, DateTime, Json, listSize } from '@test-planning/kernel/subgraph';
import { Directive, Field, ID, Int, ObjectType } from 'type-graphql';
import { changeTypeEnum } from './enums';

@Directive('@shareable')
@ObjectType('FieldChange', { simpleResolvers: true })
export class FieldChange {
  @Field(() => String)
  field!: string;

  @Field(() => Json, { nullable: true })
  before!: unknown;

  @Field(() => Json, { nullable: true })
  after!: unknown;
}

@Directive('@shareable')
@ObjectType('Change', { description: 'One change of one thing.', simpleResolvers: true })
export class Change {
  @Field(() => Int)
  version!: number;

  @Field(() => changeTypeEnum)
  type!: string;

  @Field(() => DateTime)
  at!: string;

  @Field(() => ActorType)
  actor!: ActorType;

  @Field(() => ID)
  commandId!: string;

  @Field(() => String, { nullable: true })
  reason!: string | null;

  @Directive(listSize(10))
  @Field(() => [FieldChange])
  fields!: FieldChange[];
}
