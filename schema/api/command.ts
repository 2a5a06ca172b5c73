import { ActorType, DateTime } from '@test-planning/kernel/subgraph';
import { Directive, Field, ID, ObjectType } from 'type-graphql';
import { commandTypeEnum } from './enums';

/** What a command is known by in every subgraph. */
@ObjectType({ simpleResolvers: true })
abstract class CommandKey {
  @Directive('@shareable')
  @Field(() => ID)
  id!: string;

  /**
   * Hidden from clients: it tells a second input under one id apart from the first. No subgraph may offer the id alone as a key, as a planner takes the
   * shortest way to what it needs, and would take that one from where a second input was accepted as well.
   */
  @Directive('@shareable')
  @Directive('@inaccessible')
  @Field(() => String)
  inputHash!: string;
}

/** What whoever accepts a command knows of it. */
@ObjectType({ simpleResolvers: true })
export abstract class CommandFields extends CommandKey {

  @Directive('@shareable')
  @Field(() => commandTypeEnum, { description: 'As the message on the log is called.' })
  type!: string;

  @Directive('@shareable')
  @Field(() => ID, { description: 'The experiment, method or process that it is about.' })
  subjectId!: string;

  @Directive('@shareable')
  @Field(() => DateTime)
  acceptedAt!: string;

  @Directive('@shareable')
  @Field(() => ActorType)
  actor!: ActorType;
}

/** A command as the subgraph that accepted it answers with it; what became of it is another subgraph's to say. */
@Directive('@key(fields: "id inputHash", resolvable: false)')
@ObjectType('Command', { simpleResolvers: true })
export class AcceptedCommand extends CommandFields {}

/** A command that somebody else knows. */
@Directive('@key(fields: "id inputHash", resolvable: false)')
@ObjectType('Command', { simpleResolvers: true })
export class CommandReference extends CommandKey {}
