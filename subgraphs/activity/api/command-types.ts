import { DateTime, listSize, type Resolvable } from '@test-planning/kernel/subgraph';
import { CommandFields, CommandRefusedFields, commandRefusedDescription } from '@test-planning/schema/api';
import { LISTED_SUBJECTS } from '@test-planning/schema/messages';
import { createUnionType, Directive, Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Node } from './node-types';
import { ProcessReference, SubjectUnion, type DeletedSubject, type SubjectReference } from './subject-types';

export const commandStatuses = { ACCEPTED: 'ACCEPTED', APPLIED: 'APPLIED', REFUSED: 'REFUSED', PARKED: 'PARKED' } as const;
registerEnumType(commandStatuses, { name: 'CommandStatus' });

@Directive('@shareable')
@ObjectType('CommandApplied', { description:
    '`subject`, `subjects` and `process` can be read as soon as this can be. `subjects`: all that it created, changed or deleted (a deleted one as DeletedSubject).', simpleResolvers: true })
export class CommandApplied {
  @Field(() => DateTime)
  at!: string;

  @Field(() => Int)
  durationMs!: number;

  @Field(() => Int, { nullable: true })
  version!: number | null;

  @Field(() => SubjectUnion, { nullable: true })
  subject!: Resolvable<SubjectReference | DeletedSubject | null>;

  // One that is deleted while the request runs is not found by its owner: without this, it would take the whole outcome with it.
  @Directive('@omitsNulls')
  @Directive(listSize(LISTED_SUBJECTS))
  @Field(() => [SubjectUnion])
  subjects!: Resolvable<(SubjectReference | DeletedSubject)[]>;

  @Field(() => ProcessReference, { nullable: true })
  process!: ProcessReference | null;
}

@Directive('@shareable')
@ObjectType('CommandRefused', { description: commandRefusedDescription, simpleResolvers: true })
export class CommandRefused extends CommandRefusedFields {
  @Field(() => ProcessReference, { nullable: true })
  process!: ProcessReference | null;
}

export type Outcome = ({ outcome: 'CommandApplied' } & CommandApplied) | ({ outcome: 'CommandRefused' } & CommandRefused);

export const CommandOutcome = createUnionType({
  name: 'CommandOutcome',
  types: () => [CommandApplied, CommandRefused] as const,
  resolveType: (outcome: unknown) => (outcome as Outcome).outcome,
});

/** A user's command: also what whoever accepted it says, for those who find it here. */
@Directive('@key(fields: "id inputHash")')
@ObjectType('Command', { implements: Node, simpleResolvers: true })
export class Command extends CommandFields {}
