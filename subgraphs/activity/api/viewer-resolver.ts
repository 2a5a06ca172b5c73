import type { Feeds } from '@test-planning/kernel/feeds';
import { actorOf, ActorType, Cursor, cursorInvalid, listSize, type Identity, type SubgraphContext } from '@test-planning/kernel/subgraph';
import { Arg, Ctx, Directive, Field, FieldResolver, ID, Int, Mutation, ObjectType, Query, Resolver } from 'type-graphql';
import { labFeedOf, notificationsOf } from './feeds-of';
import type { Places } from './places';
import type { ReadMarks } from './read-marks';
import { visibleTo } from './scopes';

@ObjectType('Viewer', { simpleResolvers: true })
class Viewer {
  @Field(() => ActorType)
  user!: ActorType;

  @Field(() => ID)
  lab!: string;

  @Directive(listSize(10))
  @Field(() => [String])
  scopes!: readonly string[];
}

const viewerOf = (identity: Identity): Viewer => ({ user: actorOf(identity), lab: identity.lab, scopes: identity.scopes });

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

  @Directive('@authenticated')
  @Mutation(() => Viewer, { description: 'Up to and including this place. (A reader\'s own mark, no fact of the lab: written at once.)' })
  async markNotificationsRead(@Arg('upTo', () => Cursor) upTo: string, @Ctx() { identity }: SubgraphContext): Promise<Viewer> {
    const feed = notificationsOf(identity);
    const number = await this.places.numberIn(feed, upTo);
    if (number > (await this.places.head(feed))) throw cursorInvalid();
    await this.marks.moveTo(identity, number);
    return viewerOf(identity);
  }

  @FieldResolver(() => Int)
  async unreadNotifications(@Ctx() { identity }: SubgraphContext): Promise<number> {
    const { definition, owner } = notificationsOf(identity);
    return this.feeds.count({ feed: definition.name, owner, where: visibleTo(identity), after: await this.marks.of(identity) });
  }
}
