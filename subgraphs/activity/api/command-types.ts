import { DateTime, type Resolvable } from '@test-planning/kernel/subgraph';
import { CommandFields, CommandRefusedFields, commandRefusedDescription } from '@test-planning/schema/api';
import { createUnionType, Directive, Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { ProcessReference, SubjectUnion, type SubjectReference } from './subject-types';

export const commandStatuses = { ACCEPTED: 'ACCEPTED', APPLIED: 'APPLIED', REFUSED: 'REFUSED', PARKED: 'PARKED' } as const;
registerEnumType(commandStatuses, { name: 'CommandStatus' });

@Directive('@shareable')
@ObjectType('CommandApplied', { description: '`subject` and `process` can be read as soon as this can be.', simpleResolvers: true })
export class CommandApplied {
  @Field(() => DateTime)
  at!: string;

  @Field(() => Int)
  durationMs!: number;

  @Field(() => Int, { nullable: true })
  version!: number | null;

  @Field(() => SubjectUnion, { nullable: true })
  subject!: Resolvable<SubjectReference | null>;

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
@ObjectType('Command', { simpleResolvers: true })
export class Command extends CommandFields {}
