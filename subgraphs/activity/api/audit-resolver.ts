import type { FeedEntry, Feeds } from '@test-planning/kernel/feeds';
import { forwardConnectionSize, type Identity, type SubgraphContext } from '@test-planning/kernel/subgraph';
import { Args, Ctx, Directive, Query, Resolver, Root, Subscription } from 'type-graphql';
import { tellsOfDecision, type AuditEntryRecord } from '../recording/audit-entry';
import type { Subscribing } from './activity-context';
import { conditionsOf } from './audit-filter';
import { ActivityRecordedArguments, AuditEntry, AuditEntryConnection, AuditTrailArguments } from './audit-types';
import type { CommandResolver } from './command-resolver';
import { feedPage, type FeedPage } from './feed-page';
import { labFeedOf } from './feeds-of';
import type { Places } from './places';
import { refusedOutcome } from './refused-outcome';
import { visibleTo } from './scopes';
import { shownChange } from './shown-change';
import type { Subjects } from './subjects';
import type { Delivered } from './subscriptions';

/** Everything that was tried and done in the lab, to be read and to be followed. */
@Resolver()
export class AuditResolver {
  constructor(
    private readonly feeds: Feeds,
    private readonly places: Places,
    private readonly commands: CommandResolver,
    private readonly subjects: Subjects,
  ) {}

  @Directive('@authenticated')
  @Directive(forwardConnectionSize)
  @Query(() => AuditEntryConnection, { nullable: true, description: 'Everything that was tried and done in your lab, newest first.' })
  auditTrail(
    @Args(() => AuditTrailArguments) { first, after, filter }: AuditTrailArguments,
    @Ctx() { identity }: SubgraphContext,
  ): Promise<FeedPage<AuditEntry>> {
    const request = { first, after, where: [...conditionsOf(filter), ...visibleTo(identity)] };
    return feedPage(this.feeds, this.places, labFeedOf(identity), request, (entry, cursor) => this.shown(identity, entry, cursor));
  }

  @Directive('@authenticated')
  @Directive('@resumable(cursor: "cursor", argument: "after", identity: ["lab", "scopes"])')
  @Subscription(() => AuditEntry, {
    description: 'The audit trail, live.',
    subscribe: ({ args, context }: Subscribing<ActivityRecordedArguments>) =>
      context.subscriptions.follow(
        context, labFeedOf(context.identity), [...conditionsOf(args.filter), ...visibleTo(context.identity)], args.after,
      ),
  })
  activityRecorded(
    @Args(() => ActivityRecordedArguments) _args: ActivityRecordedArguments,
    @Root() entry: Delivered<AuditEntryRecord>,
    @Ctx() { identity }: SubgraphContext,
  ): AuditEntry {
    return this.shown(identity, entry, entry.cursor);
  }

  private shown(identity: Identity, { entry }: FeedEntry<AuditEntryRecord>, cursor: () => string): AuditEntry {
    const { id, at, actor, kind, type, subject, command, process } = entry;
    return {
      id, cursor, at, actor, kind, type, subjectId: subject.id,
      subject: () => this.subjects.find(identity, subject),
      change: entry.kind === 'EVENT' && entry.change ? shownChange(identity, entry, entry.change) : null,
      refusal: entry.kind === 'COMMAND_REFUSED' ? refusedOutcome(identity, type, entry) : null,
      command: () => this.commands.toldOf(identity.lab, command, { tellsOfDecision: tellsOfDecision(entry) }),
      // What came of it is proof that the process has begun; an acceptance isn't.
      process: process !== null && kind === 'COMMAND_ACCEPTED' ? () => this.subjects.process(identity, process) : reference(process),
    };
  }
}

const reference = (id: string | null) => (id === null ? null : { id });
