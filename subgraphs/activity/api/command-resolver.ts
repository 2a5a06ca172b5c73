import { idInput, parseInput, type Identity, type ResolveReference, type SubgraphContext } from '@test-planning/kernel/subgraph';
import { Arg, Ctx, Directive, FieldResolver, ID, Int, Query, Resolver, Root, Subscription } from 'type-graphql';
import { z } from 'zod';
import type { CommandStates } from '../reading/command-states';
import type { CommandReference } from '../recording/audit-entry';
import type { CommandRecord, CommandState } from '../recording/command-record';
import type { Subscribing } from './activity-context';
import { PastMoment, PresentMoment, type CommandMoment } from './command-moment';
import { Command, CommandOutcome, commandStatuses, type Outcome } from './command-types';
import { refusedOutcome } from './refused-outcome';
import type { Subjects } from './subjects';

const LONGEST_WAIT_MS = 10_000;
const waitInput = z.int().min(0).max(LONGEST_WAIT_MS);

/** Commands and what became of them. */
@Resolver(() => Command)
export class CommandResolver {
  constructor(
    private readonly states: CommandStates,
    private readonly subjects: Subjects,
  ) {}

  @Directive('@authenticated')
  @Query(() => Command, { nullable: true, description: 'Null for an id that your lab never sent; may be null for a moment after it was accepted.' })
  async command(@Arg('id', () => ID) id: string, @Ctx() { identity: { lab } }: SubgraphContext): Promise<CommandMoment | null> {
    const parsed = idInput.safeParse(id);
    return parsed.success ? this.find(lab, { id: parsed.data, inputHash: null }) : null;
  }

  @Directive('@authenticated')
  @Subscription(() => Command, {
    description:
      'Delivers when the command is decided (at once if it already is), and completes. May be opened before the mutation is sent. If the command is parked meanwhile, that is delivered too (status PARKED, outcome null), and it stays open.',
    subscribe: ({ args, context }: Subscribing<{ id: string }>) => context.subscriptions.outcome(context, args.id),
  })
  commandOutcome(@Arg('id', () => ID) _id: string, @Root() record: CommandRecord): CommandMoment {
    return new PastMoment(record);
  }

  /** Whoever refers to it knows that it was accepted: so it is there, undecided, even before anything is known of it here. */
  readonly reference: ResolveReference = ({ id, inputHash }, { identity: { lab } }) =>
    typeof id === 'string' && typeof inputHash === 'string' ? new PresentMoment(this.states, lab, { id, inputHash }) : null;

  /** Null when nothing is known of it. */
  async find(lab: string, reference: CommandReference): Promise<CommandMoment | null> {
    const record = await this.states.read(lab, reference);
    return record ? new PresentMoment(this.states, lab, reference, { seen: record }) : null;
  }

  /** The command that an entry of a feed tells of: it was accepted, and if the entry tells of what became of it, it is decided. */
  toldOf(lab: string, reference: CommandReference, { tellsOfDecision }: { tellsOfDecision: boolean }): CommandMoment {
    return new PresentMoment(this.states, lab, reference, { isDecided: tellsOfDecision });
  }

  @FieldResolver(() => commandStatuses)
  async status(@Root() moment: CommandMoment): Promise<CommandState['status']> {
    return (await moment.record())?.state.status ?? 'ACCEPTED';
  }

  @Directive(`@argumentRange(argument: "waitMs", min: 0, max: ${LONGEST_WAIT_MS})`)
  @FieldResolver(() => CommandOutcome, {
    nullable: true,
    description:
      'Null while undecided. Waits for a decision up to waitMs (0 to 10,000); `status` beside it is of the same moment. (In a normalised cache give this field a key without its argument.)',
  })
  async outcome(
    @Root() moment: CommandMoment,
    @Arg('waitMs', () => Int, { nullable: true, defaultValue: 0 }) waitMs: number | null,
    @Ctx() { identity }: SubgraphContext,
  ): Promise<Outcome | null> {
    const record = await moment.record(parseInput(waitInput, waitMs ?? 0, 'waitMs'));
    return record ? this.outcomeIn(record, identity) : null;
  }

  private outcomeIn({ type, state }: CommandRecord, identity: Identity): Outcome | null {
    switch (state.status) {
      case 'ACCEPTED':
      case 'PARKED':
        return null;
      case 'REFUSED':
        return { outcome: 'CommandRefused', ...refusedOutcome(identity, type, state) };
      case 'APPLIED': {
        const { at, durationMs, version, subject, subjects = subject === null ? [] : [subject], process } = state;
        return {
          outcome: 'CommandApplied', at, durationMs, version, process: process === null ? null : { id: process },
          subject: () => this.subjects.find(identity, subject),
          subjects: () => this.subjects.findAll(identity, subjects),
        };
      }
    }
  }
}
