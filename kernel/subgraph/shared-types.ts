import './explicit-types';
import { Directive, Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { OrderBy } from '../read-models/read-models';
import { listSize } from './list-sizes';
import { Cursor, DateTime, Json } from './scalars';

/** A field's value: at hand, on its way, or fetched only when the field is selected. */
export type Resolvable<Value> = Value | Promise<Value> | (() => Value | Promise<Value>);

@Directive('@shareable')
@ObjectType('Actor', { description: 'Who did it, with the name that they had then.', simpleResolvers: true })
export class ActorType {
  @Field(() => ID)
  userId!: string;

  @Field(() => String)
  name!: string;
}

@Directive('@shareable')
@ObjectType('PageInfo', { simpleResolvers: true })
export class PageInfo {
  @Field(() => Boolean)
  hasNextPage!: Resolvable<boolean>;

  @Field(() => Boolean)
  hasPreviousPage!: Resolvable<boolean>;

  @Field(() => Cursor, { nullable: true })
  startCursor!: Resolvable<string | null>;

  @Field(() => Cursor, { nullable: true })
  endCursor!: Resolvable<string | null>;
}

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

  @Field(() => String)
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

/**
 * Why a command was refused. Whoever shows it adds the field `process` with its own type `Process`:
 * `@Directive('@shareable') @ObjectType({ description: commandRefusedDescription }) class CommandRefused extends CommandRefusedFields`.
 */
@ObjectType({ simpleResolvers: true })
export abstract class CommandRefusedFields {
  @Field(() => DateTime)
  at!: string;

  @Field(() => Int)
  durationMs!: number;

  @Field(() => String)
  code!: string;

  @Field(() => String)
  message!: string;

  @Field(() => Json, { nullable: true })
  details!: unknown;
}

export const commandRefusedDescription = `Codes: NAME_TAKEN, EXPERIMENT_NOT_FOUND, METHOD_NOT_FOUND, ALREADY_EXISTS, VERSION_CONFLICT, NOT_ALLOWED_IN_STATUS,
METHOD_NOT_PUBLISHED, METHOD_IN_USE, METHODS_NOT_CARRIED_OUT, DATES_MISSING, METHODS_MISSING, TOO_MANY_METHODS, TIMED_OUT,
COMMAND_ID_REUSED, SKIPPED_BY_OPERATOR.
\`message\` can be shown to a person; \`details\` names what stood in the way (ids, the version, the status).`;

/** Values are the names: a default value in the SDL is read before other values could be put in their place. */
export const orderDirections = { ASC: 'ASC', DESC: 'DESC' } as const;
export type OrderDirection = keyof typeof orderDirections;
registerEnumType(orderDirections, { name: 'OrderDirection' });

/** The direction as read models name it. */
export const directionOf = (direction: OrderDirection): OrderBy['direction'] => (direction === 'ASC' ? 'ascending' : 'descending');
