import './explicit-types';
import { Directive, Field, ID, ObjectType } from 'type-graphql';
import { DateTime } from './scalars';
import { ActorType } from './shared-types';

/** What whoever accepts a command knows of it. */
@ObjectType({ simpleResolvers: true })
export abstract class CommandFields {
  @Directive('@shareable')
  @Field(() => ID)
  id!: string;

  @Directive('@shareable')
  @Field(() => String, { description: 'CreateExperiment, AddMethodsToExperiment, ...' })
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

  /** Part of a key and hidden from clients: it tells a second input under one id apart from the first. */
  @Directive('@shareable')
  @Directive('@inaccessible')
  @Field(() => String)
  inputHash!: string;
}

/** A command as the subgraph that accepted it answers with it; what became of it is another subgraph's to say. */
@Directive('@key(fields: "id inputHash", resolvable: false)')
@ObjectType('Command', { simpleResolvers: true })
export class AcceptedCommand extends CommandFields {}

/** A command that somebody else knows, by its id. */
@Directive('@key(fields: "id", resolvable: false)')
@ObjectType('Command', { simpleResolvers: true })
export class CommandReference {
  @Field(() => ID)
  id!: string;
}
