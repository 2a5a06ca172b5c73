import { Cursor, DateTime, listSize, PAGE_LIMIT, PageInfo, type Resolvable } from '@test-planning/kernel/subgraph';
import { ArgsType, Directive, Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { CommandMoment } from './command-moment';
import { Command } from './command-types';
import { SubjectUnion, type DeletedSubject, type SubjectReference } from './subject-types';
import { Viewer } from './viewer-types';

export const notificationKinds = { COMMAND_DECIDED: 'COMMAND_DECIDED', CHANGED_BY_OTHERS: 'CHANGED_BY_OTHERS', PARKED: 'PARKED' } as const;
registerEnumType(notificationKinds, {
  name: 'NotificationKind',
  description: 'COMMAND_DECIDED: to whoever sent it. CHANGED_BY_OTHERS: to the creator. PARKED: to whoever has the scope operations.',
});

export const notificationSeverities = { SUCCESS: 'SUCCESS', INFO: 'INFO', WARNING: 'WARNING', ERROR: 'ERROR' } as const;
registerEnumType(notificationSeverities, { name: 'NotificationSeverity' });

@ObjectType('Notification', { simpleResolvers: true })
export class Notification {
  @Field(() => ID)
  id!: string;

  @Field(() => Cursor)
  cursor!: Resolvable<string>;

  @Field(() => DateTime)
  at!: string;

  @Field(() => notificationKinds)
  kind!: keyof typeof notificationKinds;

  @Field(() => notificationSeverities)
  severity!: keyof typeof notificationSeverities;

  @Field(() => String, { description: 'For a person.' })
  message!: string;

  @Field(() => Boolean)
  read!: Resolvable<boolean>;

  @Field(() => Command, { nullable: true })
  command!: Resolvable<CommandMoment | null>;

  @Field(() => SubjectUnion, { nullable: true })
  subject!: Resolvable<SubjectReference | DeletedSubject | null>;
}

@ObjectType('NotificationEdge', { simpleResolvers: true })
class NotificationEdge {
  @Field(() => Cursor)
  cursor!: Resolvable<string>;

  @Field(() => Notification)
  node!: Notification;
}

@ObjectType('NotificationConnection', { description: '`position`: where notificationReceived goes on from what is read here.', simpleResolvers: true })
export class NotificationConnection {
  @Field(() => [NotificationEdge])
  edges!: NotificationEdge[];

  @Field(() => [Notification])
  nodes!: Notification[];

  @Field(() => PageInfo)
  pageInfo!: PageInfo;

  @Field(() => Int)
  totalCount!: Resolvable<number>;

  @Field(() => Cursor)
  position!: Resolvable<string>;
}

@ObjectType('NotificationsRead', { simpleResolvers: true })
export class NotificationsRead {
  @Field(() => Viewer)
  viewer!: Viewer;

  @Directive(listSize(PAGE_LIMIT))
  @Field(() => [Notification], { description: 'Those that were unread until now, newest first; at most 100.' })
  notifications!: Notification[];
}

@ArgsType()
export class NotificationsArguments {
  @Field(() => Int, { nullable: true })
  first?: number | null;

  @Field(() => Cursor, { nullable: true })
  after?: string | null;

  @Field(() => Boolean, { nullable: true, defaultValue: false })
  unreadOnly?: boolean | null;
}

@ArgsType()
export class NotificationReceivedArguments {
  @Field(() => Cursor, { nullable: true })
  after?: string | null;
}
