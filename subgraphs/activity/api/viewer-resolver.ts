import type { Feeds } from '@test-planning/kernel/feeds';
import { Cursor, type ResolveReference, type SubgraphContext } from '@test-planning/kernel/subgraph';
import { Ctx, Directive, FieldResolver, Int, Query, Resolver } from 'type-graphql';
import { labFeedOf, notificationsOf } from './feeds-of';
import type { Places } from './places';
import type { ReadMarks } from './read-marks';
import { visibleTo } from './scopes';
import { Viewer, viewerOf } from './viewer-types';

/** Who asks, what they have read, and where their lab's feed stands. */
@Resolver(() => Viewer)
export class ViewerResolver {
  constructor(
    private readonly feeds: Feeds,
    private readonly places: Places,
    private readonly marks: ReadMarks,
  ) {}

  @Directive('@authenticated')
  @Query(() => Viewer, { nullable: true, description: 'Who the token says you are.' })
  me(@Ctx() { identity }: SubgraphContext): Viewer {
    return viewerOf(identity);
  }

  /** Each caller finds itself only. */
  readonly reference: ResolveReference = ({ id }, { identity }) => (id === identity.userId ? viewerOf(identity) : null);

  @Directive('@authenticated')
  @Directive('@resolvesFirst')
  @Query(() => Cursor, {
    nullable: true,
    description:
      'The place in your lab\'s feed from which experimentChanged, methodChanged, processChanged and activityRecorded can go on with no gap: everything that happened before it is already in whatever the same operation reads. (The gateway resolves this field before every other root field of the operation.)',
  })
  async feedPosition(@Ctx() { identity }: SubgraphContext): Promise<string> {
    const feed = labFeedOf(identity);
    const [cursorOf, head] = await Promise.all([this.places.cursorOf(feed), this.places.head(feed)]);
    return cursorOf(head);
  }

  @FieldResolver(() => Int)
  async unreadNotifications(@Ctx() { identity }: SubgraphContext): Promise<number> {
    const { definition, owner } = notificationsOf(identity);
    return this.feeds.count({ feed: definition.name, owner, where: visibleTo(identity), after: await this.marks.of(identity) });
  }
}
