import {
  ConnectionArguments, directionOf, idsInput, isGiven, orderDirections, parseInput, searchInput, wordsInput, type OrderDirection,
} from '@test-planning/kernel/subgraph';
import type { Condition, OrderBy } from '@test-planning/kernel/read-models';
import { ArgsType, Field, ID, InputType, registerEnumType } from 'type-graphql';
import { z } from 'zod';
import { methodStatuses, type MethodStatus } from './method-types';

const orderFields = { NAME: 'name', CREATED_AT: 'createdAt', UPDATED_AT: 'updatedAt', APPLICATION_RATE: 'applicationRate' } as const;
const methodOrders = { NAME: 'NAME', CREATED_AT: 'CREATED_AT', UPDATED_AT: 'UPDATED_AT', APPLICATION_RATE: 'APPLICATION_RATE' } as const;
registerEnumType(methodOrders, { name: 'MethodOrderBy' });

@InputType('MethodOrder')
class MethodOrder {
  @Field(() => methodOrders)
  by!: keyof typeof methodOrders;

  @Field(() => orderDirections, { defaultValue: 'ASC' })
  direction!: OrderDirection;
}

@InputType('MethodFilter')
class MethodFilter {
  @Field(() => [ID], { nullable: true, description: 'At most 100. An id that nothing has matches nothing.' })
  ids?: string[] | null;

  @Field(() => [methodStatuses], { nullable: true })
  status?: MethodStatus[] | null;

  @Field(() => ID, { nullable: true })
  creatorId?: string | null;

  @Field(() => [String], { nullable: true })
  tags?: string[] | null;

  @Field(() => ID, { nullable: true })
  experimentId?: string | null;

  @Field(() => String, { nullable: true })
  search?: string | null;
}

@ArgsType()
export class MethodsArguments extends ConnectionArguments {
  @Field(() => MethodFilter, { nullable: true })
  filter?: MethodFilter | null;

  @Field(() => MethodOrder, { nullable: true })
  orderBy?: MethodOrder | null;
}

const filterInput = z.object({
  ids: idsInput.nullish(),
  status: wordsInput.nullish(),
  creatorId: z.string().nullish(),
  tags: wordsInput.nullish(),
  experimentId: z.string().toLowerCase().nullish(),
  search: searchInput.nullish(),
});

/** What is asked of the methods view, and which experiment's methods if it is one's. */
interface MethodSelection {
  where: Condition[];
  search?: string;
  experimentId: string | undefined;
}

/** @throws BAD_USER_INPUT */
export function selectionOf(filter: MethodFilter | null | undefined): MethodSelection {
  const { ids, status, creatorId, tags, experimentId, search } = parseInput(filterInput, filter ?? {}, 'filter');
  const where: Condition[] = [];
  if (isGiven(ids)) where.push({ field: 'id', anyOf: ids });
  if (isGiven(status)) where.push({ field: 'status', anyOf: status });
  if (isGiven(creatorId)) where.push({ field: 'creatorId', anyOf: [creatorId] });
  if (isGiven(tags)) where.push({ field: 'tags', anyOf: tags });
  return { where, ...(isGiven(search) && { search }), experimentId: experimentId ?? undefined };
}

/** Newest first, unless another order is asked for. */
export const orderOf = (order: MethodOrder | null | undefined): OrderBy =>
  order ? { field: orderFields[order.by], direction: directionOf(order.direction) } : { field: 'createdAt', direction: 'descending' };
