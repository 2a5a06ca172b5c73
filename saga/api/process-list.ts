import type { Condition } from '@test-planning/kernel/read-models';
import { Cursor, isGiven, parseInput, wordsInput } from '@test-planning/kernel/subgraph';
import { commandTypeEnum } from '@test-planning/schema/api';
import { ArgsType, Field, ID, InputType, Int } from 'type-graphql';
import { z } from 'zod';
import { processStates, type ProcessStateName } from './process-types';

@InputType('ProcessFilter')
class ProcessFilter {
  @Field(() => [commandTypeEnum], { nullable: true })
  type?: string[] | null;

  @Field(() => [processStates], { nullable: true })
  state?: ProcessStateName[] | null;

  @Field(() => ID, { nullable: true })
  subjectId?: string | null;
}

@ArgsType()
export class ProcessesArguments {
  @Field(() => Int, { nullable: true })
  first?: number | null;

  @Field(() => Cursor, { nullable: true })
  after?: string | null;

  @Field(() => ProcessFilter, { nullable: true })
  filter?: ProcessFilter | null;
}

const filterInput = z.object({
  type: wordsInput.nullish(),
  state: wordsInput.nullish(),
  subjectId: z.string().toLowerCase().nullish(),
});

/** What is asked of the view. @throws BAD_USER_INPUT */
export const selectionOf = (filter: ProcessFilter | null | undefined): { where: Condition[] } => {
  const { type, state, subjectId } = parseInput(filterInput, filter ?? {}, 'filter');
  const where: Condition[] = [];
  if (isGiven(type)) where.push({ field: 'type', anyOf: type });
  if (isGiven(state)) where.push({ field: 'state', anyOf: state });
  if (isGiven(subjectId)) where.push({ field: 'subjectId', anyOf: [subjectId] });
  return { where };
};
