import type { Condition } from '@test-planning/kernel/read-models';
import { badUserInput, instantInput, isGiven, parseInput, wordsInput } from '@test-planning/kernel/subgraph';
import { z } from 'zod';
import type { AuditFilter } from './audit-types';

const id = z.string().toLowerCase();

const filterInput = z.object({
  kind: wordsInput.nullish(),
  type: wordsInput.nullish(),
  subjectId: id.nullish(),
  actorId: z.string().nullish(),
  commandId: id.nullish(),
  from: instantInput.nullish(),
  to: instantInput.nullish(),
});

/** What is asked of the lab's feed. @throws BAD_USER_INPUT */
export function conditionsOf(filter: AuditFilter | null | undefined): Condition[] {
  const { kind, type, subjectId, actorId, commandId, from, to } = parseInput(filterInput, filter ?? {}, 'filter');
  if (from && to && to < from) throw badUserInput('filter.to must not be before filter.from.', 'filter.to');
  const where: Condition[] = [];
  if (isGiven(kind)) where.push({ field: 'kind', anyOf: kind });
  if (isGiven(type)) where.push({ field: 'type', anyOf: type });
  if (isGiven(subjectId)) where.push({ field: 'subjectId', anyOf: [subjectId] });
  if (isGiven(actorId)) where.push({ field: 'actorId', anyOf: [actorId] });
  if (isGiven(commandId)) where.push({ field: 'commandId', anyOf: [commandId] });
  if (isGiven(from)) where.push({ field: 'at', from });
  if (isGiven(to)) where.push({ field: 'at', to });
  return where;
}
