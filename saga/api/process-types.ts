import {
  Cursor,
  DateTime,
  listSize,
  PageInfo,
  type Resolvable,
} from '@test-planning/kernel/subgraph';
import { CommandReference, commandRefusedDescription, CommandRefusedFields, commandTypeEnum } from '@test-planning/schema/api';
import { Directive, Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';

export const processStates = {
  RUNNING: 'RUNNING',
  COMPENSATING: 'COMPENSATING',
  COMPLETED: 'COMPLETED',
  COMPENSATED: 'COMPENSATED',
  STUCK: 'STUCK',
} as const;
export type ProcessStateName = keyof typeof processStates;
registerEnumType(processStates, { name: 'ProcessState' });

export const processStepStates = { WAITING: 'WAITING', DONE: 'DONE', REFUSED: 'REFUSED', TIMED_OUT: 'TIMED_OUT' } as const;
registerEnumType(processStepStates, { name: 'ProcessStepState' });

@Directive('@key(fields: "id")')
@ObjectType('Process', { simpleResolvers: true })
export class Process {
  @Field(() => ID)
  id!: string;

  @Field(() => commandTypeEnum)
  type!: string;

  @Field(() => processStates)
  state!: ProcessStateName;

  @Field(() => CommandReference, { nullable: true })
  command!: CommandReference | null;

  @Field(() => DateTime)
  startedAt!: string;

  @Field(() => DateTime)
  deadline!: string;

  @Field(() => DateTime, { nullable: true })
  endedAt!: string | null;

  @Directive(listSize(100))
  @Field(() => [ProcessStep], { description: 'In the order in which they were begun.' })
  steps!: ProcessStep[];
}

@Directive('@shareable')
@ObjectType('CommandRefused', { description: commandRefusedDescription, simpleResolvers: true })
export class CommandRefused extends CommandRefusedFields {
  @Field(() => Process, { nullable: true })
  process!: Process | null;
}

@ObjectType('ProcessStep', { simpleResolvers: true })
export class ProcessStep {
  @Field(() => ID)
  id!: string;

  @Field(() => String)
  name!: string;

  @Field(() => ID)
  subjectId!: string;

  @Field(() => processStepStates)
  state!: keyof typeof processStepStates;

  @Field(() => DateTime)
  startedAt!: string;

  @Field(() => DateTime, { nullable: true })
  endedAt!: string | null;

  @Field(() => CommandRefused, { nullable: true })
  refusal!: CommandRefused | null;

  @Field(() => ID, { nullable: true })
  compensates!: string | null;
}

@ObjectType('ProcessEdge', { simpleResolvers: true })
class ProcessEdge {
  @Field(() => Cursor)
  cursor!: Resolvable<string>;

  @Field(() => Process)
  node!: Process;
}

@ObjectType('ProcessConnection', { simpleResolvers: true })
export class ProcessConnection {
  @Field(() => [ProcessEdge])
  edges!: ProcessEdge[];

  @Field(() => [Process])
  nodes!: Process[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;

  @Field(() => Int)
  totalCount!: Resolvable<number>;
}
