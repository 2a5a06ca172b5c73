import './explicit-types';
import { Directive, Field, ID, ObjectType, registerEnumType } from 'type-graphql';
import type { OrderBy } from '../read-models/read-models';
import { Cursor } from './scalars';

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

/** Values are the names: a default value in the SDL is read before other values could be put in their place. */
export const orderDirections = { ASC: 'ASC', DESC: 'DESC' } as const;
export type OrderDirection = keyof typeof orderDirections;
registerEnumType(orderDirections, { name: 'OrderDirection' });

/** The direction as read models name it. */
export const directionOf = (direction: OrderDirection): OrderBy['direction'] => (direction === 'ASC' ? 'ascending' : 'descending');
