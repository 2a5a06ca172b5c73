import { DateTime, Json } from '@test-planning/kernel/subgraph';
import { Field, Int, ObjectType } from 'type-graphql';
import { refusalCodeEnum } from './enums';

/**
 * Why a command was refused. A subgraph that shows it adds the field `process` with its own type `Process`:
 * `@Directive('@shareable') @ObjectType({ description: commandRefusedDescription }) class CommandRefused extends CommandRefusedFields`.
 */
@ObjectType({ simpleResolvers: true })
export abstract class CommandRefusedFields {
  @Field(() => DateTime)
  at!: string;

  @Field(() => Int)
  durationMs!: number;

  @Field(() => refusalCodeEnum)
  code!: string;

  @Field(() => String)
  message!: string;

  @Field(() => Json, { nullable: true })
  details!: unknown;
}

export const commandRefusedDescription =
  '`message` can be shown to a person; `details` names what stood in the way (ids, the version, the status).';
