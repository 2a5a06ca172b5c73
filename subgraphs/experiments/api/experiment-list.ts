import {
  badUserInput, ConnectionArguments, DateTime, directionOf, idsInput, instantInput, isGiven, orderDirections, parseInput, searchInput, wordsInput, type OrderDirection,
} from '@test-planning/kernel/subgraph';
import type { Condition, OrderBy } from '@test-planning/kernel/read-models';
import { ArgsType, Field, ID, InputType, registerEnumType } from 'type-graphql';
import { z } from 'zod';
import { experimentStatuses, type ExperimentStatus } from './experiment-types';

const orderFields = { NAME: 'name', CREATED_AT: 'createdAt', UPDATED_AT: 'updatedAt', PLANNED_START: 'plannedStart' } as const;
const experimentOrders = { NAME: 'NAME', CREATED_AT: 'CREATED_AT', UPDATED_AT: 'UPDATED_AT', PLANNED_START: 'PLANNED_START' } as const;
registerEnumType(experimentOrders, { name: 'ExperimentOrderBy' });

@InputType('ExperimentOrder')
class ExperimentOrder {
  @Field(() => experimentOrders)
  by!: keyof typeof experimentOrders;

  @Field(() => orderDirections, { defaultValue: 'ASC' })
  direction!: OrderDirection;
}

@InputType('ExperimentFilter', { description: 'Lists mean any of; several filters mean all of. `search`: every word, as a prefix, in name, description or tags.' })
class ExperimentFilter {
  @Field(() => [ID], { nullable: true, description: 'At most 100. An id that nothing has matches nothing.' })
  ids?: string[] | null;

  @Field(() => [experimentStatuses], { nullable: true })
  status?: ExperimentStatus[] | null;

  @Field(() => ID, { nullable: true })
  creatorId?: string | null;

  @Field(() => [String], { nullable: true })
  tags?: string[] | null;

  @Field(() => ID, { nullable: true })
  methodId?: string | null;

  @Field(() => DateTime, { nullable: true })
  plannedFrom?: unknown;

  @Field(() => DateTime, { nullable: true })
  plannedTo?: unknown;

  @Field(() => String, { nullable: true })
  search?: string | null;
}

@ArgsType()
export class ExperimentsArguments extends ConnectionArguments {
  @Field(() => ExperimentFilter, { nullable: true })
  filter?: ExperimentFilter | null;

  @Field(() => ExperimentOrder, { nullable: true })
  orderBy?: ExperimentOrder | null;
}

const filterInput = z.object({
  ids: idsInput.nullish(),
  status: wordsInput.nullish(),
  creatorId: z.string().nullish(),
  tags: wordsInput.nullish(),
  methodId: z.string().toLowerCase().nullish(),
  plannedFrom: instantInput.nullish(),
  plannedTo: instantInput.nullish(),
  search: searchInput.nullish(),
});

/**
 * What is asked of the view. `plannedFrom` and `plannedTo`: the planned period has a moment in common with that time; an experiment with one
 * date is planned for that moment, one without any is in no such list.
 * @throws BAD_USER_INPUT
 */
export function selectionOf(filter: ExperimentFilter | null | undefined): { where: Condition[]; search?: string } {
  const { ids, status, creatorId, tags, methodId, plannedFrom, plannedTo, search } = parseInput(filterInput, filter ?? {}, 'filter');
  if (plannedFrom && plannedTo && plannedTo < plannedFrom) {
    throw badUserInput('filter.plannedTo must not be before filter.plannedFrom.', 'filter.plannedTo');
  }
  const where: Condition[] = [];
  if (isGiven(ids)) where.push({ field: 'id', anyOf: ids });
  if (isGiven(status)) where.push({ field: 'status', anyOf: status });
  if (isGiven(creatorId)) where.push({ field: 'creatorId', anyOf: [creatorId] });
  if (isGiven(tags)) where.push({ field: 'tags', anyOf: tags });
  if (isGiven(methodId)) where.push({ field: 'methodId', anyOf: [methodId] });
  if (isGiven(plannedFrom)) where.push({ field: 'periodEnd', from: plannedFrom });
  if (isGiven(plannedTo)) where.push({ field: 'periodStart', to: plannedTo });
  return { where, ...(isGiven(search) && { search }) };
}

/** Newest first, unless another order is asked for. */
export const orderOf = (order: ExperimentOrder | null | undefined): OrderBy =>
  order ? { field: orderFields[order.by], direction: directionOf(order.direction) } : { field: 'createdAt', direction: 'descending' };
