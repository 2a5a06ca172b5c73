import type { FeedEntry, Feeds } from '@test-planning/kernel/feeds';
import { Cursor, cursorInvalid, forwardConnectionSize, PAGE_LIMIT, type Identity, type SubgraphContext } from '@test-planning/kernel/subgraph';
import { Arg, Args, Ctx, Directive, Mutation, Query, Resolver, Root, Subscription } from 'type-graphql';
import type { NotificationRecord } from '../recording/notification';
import type { Subscribing } from './activity-context';
import type { CommandResolver } from './command-resolver';
import { feedPage, type FeedPage } from './feed-page';
import { notificationsOf } from './feeds-of';
import { Notification, NotificationConnection, NotificationReceivedArguments, NotificationsArguments, NotificationsRead } from './notification-types';
import type { Places } from './places';
import type { ReadMarks } from './read-marks';
import { visibleTo } from './scopes';
import type { Subjects } from './subjects';
import type { Delivered } from './subscriptions';
import { viewerOf } from './viewer-types';

/** What somebody should know, to be read and to be followed. */
@Resolver()
export class NotificationResolver {
  constructor(
    private readonly feeds: Feeds,
    private readonly places: Places,
    private readonly marks: ReadMarks,
    private readonly commands: CommandResolver,
    private readonly subjects: Subjects,
  ) {}

  @Directive('@authenticated')
  @Directive(forwardConnectionSize)
  @Query(() => NotificationConnection, { nullable: true, description: 'Yours, newest first.' })
  async notifications(
    @Args(() => NotificationsArguments) { first, after, unreadOnly }: NotificationsArguments,
    @Ctx() { identity }: SubgraphContext,
  ): Promise<FeedPage<Notification>> {
    const above = unreadOnly === true ? await this.marks.of(identity) : 0;
    const request = { first, after, where: visibleTo(identity), above };
    return feedPage(this.feeds, this.places, notificationsOf(identity), request, (entry, cursor) => this.shown(identity, entry, cursor));
  }

  @Directive('@authenticated')
  @Directive('@resumable(cursor: "cursor", argument: "after", identity: ["lab", "sub", "scopes"])')
  @Subscription(() => Notification, {
    description: 'Yours.',
    subscribe: ({ args, context }: Subscribing<NotificationReceivedArguments>) =>
      context.subscriptions.follow(context, notificationsOf(context.identity), visibleTo(context.identity), args.after),
  })
  notificationReceived(
    @Args(() => NotificationReceivedArguments) _args: NotificationReceivedArguments,
    @Root() entry: Delivered<NotificationRecord>,
    @Ctx() { identity }: SubgraphContext,
  ): Notification {
    return this.shown(identity, entry, entry.cursor);
  }

  @Directive('@authenticated')
  @Mutation(() => NotificationsRead, { description: 'Up to and including this place. (A reader\'s own mark, no fact of the lab: written at once.)' })
  async markNotificationsRead(@Arg('upTo', () => Cursor) upTo: string, @Ctx() { identity }: SubgraphContext): Promise<NotificationsRead> {
    const feed = notificationsOf(identity);
    const number = await this.places.numberIn(feed, upTo);
    if (number > (await this.places.head(feed))) throw cursorInvalid();
    const readBefore = await this.marks.of(identity);
    const [{ entries }, cursorOf] = await Promise.all([
      this.feeds.read<NotificationRecord>({
        feed: feed.definition.name, owner: feed.owner, where: visibleTo(identity), after: readBefore, before: number + 1, direction: 'descending', limit: PAGE_LIMIT,
      }),
      this.places.cursorOf(feed),
    ]);
    await this.marks.moveTo(identity, number);
    return { viewer: viewerOf(identity), notifications: entries.map((entry) => this.shown(identity, entry, () => cursorOf(entry.number))) };
  }

  private shown(identity: Identity, { number, entry }: FeedEntry<NotificationRecord>, cursor: () => string): Notification {
    const { id, at, kind, severity, message, command, subject } = entry;
    return {
      id, cursor, at, kind, severity, message,
      read: async () => number <= (await this.marks.of(identity)),
      command: () => this.commands.toldOf(identity.lab, command, { tellsOfDecision: kind === 'COMMAND_DECIDED' }),
      subject: () => this.subjects.find(identity, subject),
    };
  }
}
