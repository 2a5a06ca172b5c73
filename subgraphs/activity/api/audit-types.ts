import { ActorType, Cursor, DateTime, PageInfo, type Resolvable } from '@test-planning/kernel/subgraph';
import { Change } from '@test-planning/schema/api';
import { ArgsType, Field, ID, InputType, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { CommandMoment } from './command-moment';
import { Command, CommandRefused } from './command-types';
import { ProcessReference, SubjectUnion, type DeletedSubject, type SubjectReference } from './subject-types';

export const auditKinds = {
  COMMAND_ACCEPTED: 'COMMAND_ACCEPTED',
  COMMAND_REFUSED: 'COMMAND_REFUSED',
  EVENT: 'EVENT',
  OPERATOR_ACTION: 'OPERATOR_ACTION',
} as const;
registerEnumType(auditKinds, { name: 'AuditKind' });

@InputType('AuditFilter')
export class AuditFilter {
  @Field(() => [auditKinds], { nullable: true })
  kind?: (keyof typeof auditKinds)[] | null;

  @Field(() => [String], { nullable: true })
  type?: string[] | null;

  @Field(() => ID, { nullable: true })
  subjectId?: string | null;

  @Field(() => ID, { nullable: true })
  actorId?: string | null;

  @Field(() => ID, { nullable: true })
  commandId?: string | null;

  @Field(() => DateTime, { nullable: true })
  from?: unknown;

  @Field(() => DateTime, { nullable: true })
  to?: unknown;
}

@ObjectType('AuditEntry', { description: 'Commands, their outcomes and events: who, what, when, on what, why, and because of what.', simpleResolvers: true })
export class AuditEntry {
  @Field(() => ID)
  id!: string;

  @Field(() => Cursor)
  cursor!: Resolvable<string>;

  @Field(() => DateTime)
  at!: string;

  @Field(() => ActorType)
  actor!: ActorType;

  @Field(() => auditKinds)
  kind!: keyof typeof auditKinds;

  @Field(() => String)
  type!: string;

  @Field(() => ID)
  subjectId!: string;

  @Field(() => SubjectUnion, { nullable: true })
  subject!: Resolvable<SubjectReference | DeletedSubject | null>;

  @Field(() => Change, { nullable: true })
  change!: Change | null;

  @Field(() => CommandRefused, { nullable: true })
  refusal!: CommandRefused | null;

  @Field(() => Command, { nullable: true })
  command!: Resolvable<CommandMoment | null>;

  @Field(() => ProcessReference, { nullable: true })
  process!: Resolvable<ProcessReference | null>;
}

@ObjectType('AuditEntryEdge', { simpleResolvers: true })
class AuditEntryEdge {
  @Field(() => Cursor)
  cursor!: Resolvable<string>;

  @Field(() => AuditEntry)
  node!: AuditEntry;
}

@ObjectType('AuditEntryConnection', { simpleResolvers: true })
export class AuditEntryConnection {
  @Field(() => [AuditEntryEdge])
  edges!: AuditEntryEdge[];

  @Field(() => [AuditEntry])
  nodes!: AuditEntry[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;

  @Field(() => Int)
  totalCount!: Resolvable<number>;

  @Field(() => Cursor)
  position!: Resolvable<string>;
}

@ArgsType()
export class AuditTrailArguments {
  @Field(() => Int, { nullable: true })
  first?: number | null;

  @Field(() => Cursor, { nullable: true })
  after?: string | null;

  @Field(() => AuditFilter, { nullable: true })
  filter?: AuditFilter | null;
}

@ArgsType()
export class ActivityRecordedArguments {
  @Field(() => AuditFilter, { nullable: true })
  filter?: AuditFilter | null;

  @Field(() => Cursor, { nullable: true })
  after?: string | null;
}
