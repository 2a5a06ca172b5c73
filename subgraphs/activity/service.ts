import type { Feeds } from '@test-planning/kernel/feeds';
import type { ReadModels } from '@test-planning/kernel/read-models';
import {
  buildSubgraph, contextFrom, identityVerifier, signedCursors, subgraphSdl, type ErrorLog, type Subgraph, type TellPosition,
} from '@test-planning/kernel/subgraph';
import { describeSchema } from '@test-planning/schema/api';
import { ActivityContext } from './api/activity-context';
import { AuditResolver } from './api/audit-resolver';
import { ChangeResolver } from './api/change-resolver';
import { CommandResolver } from './api/command-resolver';
import { NodeResolver } from './api/node-resolver';
import { NotificationResolver } from './api/notification-resolver';
import { Places } from './api/places';
import { ReadMarks } from './api/read-marks';
import { Subjects } from './api/subjects';
import { Subscriptions } from './api/subscriptions';
import { ViewerResolver } from './api/viewer-resolver';
import { FeedTails } from './following/feed-tails';
import { CommandStates } from './reading/command-states';
import { labFeed } from './recording/audit-entry';
import { commandsView } from './recording/command-record';
import { notificationFeed } from './recording/notification';
import { readMarksView } from './recording/read-mark';
import { subjectsView } from './recording/subject-existence';

/** What worker and API keep and read. */
export const activityStores = { views: [commandsView, subjectsView, readMarksView], feeds: [labFeed, notificationFeed] };

export interface ActivityApiConfig {
  /** Shared with the gateway, which vouches with it for who asks: at least 32 bytes. */
  identitySecret: Uint8Array | string;
  /** Signs cursors; the same in every process of the system. */
  cursorSecret: Uint8Array | string;
  /** How far back a cursor may reach, in milliseconds. Default 30 days. */
  cursorReachMs?: number;
  /** Requests that may wait for an outcome at one time; those on top are answered without waiting. Default 10,000. */
  waitingAtOnce?: number;
  /** How often a subscription whose feed goes on without events for it tells its place, in milliseconds. Default 10,000. */
  positionsEveryMs?: number;
}

/** All that the API has: it reads what the worker wrote, and writes readers' own marks. */
export interface ActivityApiPorts {
  feeds: Feeds;
  views: ReadModels;
  clock: () => Date;
  logger: ErrorLog;
}

export interface ActivityApi extends Subgraph {
  contextOf: (headers: Readonly<Record<string, string>>, signal?: AbortSignal, tellPosition?: TellPosition) => Promise<ActivityContext>;
}

/** The activity subgraph: the audit trail, notifications, what became of commands, and every subscription. */
export function activityApi(config: ActivityApiConfig, { feeds, views, clock, logger }: ActivityApiPorts): ActivityApi {
  const places = new Places(feeds, signedCursors(config.cursorSecret), clock, config.cursorReachMs);
  const states = new CommandStates(views, config.waitingAtOnce);
  const subjects = new Subjects(views);
  const marks = new ReadMarks(views);
  const commands = new CommandResolver(states, subjects);
  const subscriptions = new Subscriptions(places, new FeedTails(feeds, undefined, config.positionsEveryMs), states, logger);
  const viewers = new ViewerResolver(feeds, places, marks);
  const subgraph = buildSubgraph({
    name: 'activity',
    resolvers: [
      viewers,
      new NodeResolver(commands, subjects),
      commands,
      new NotificationResolver(feeds, places, marks, commands, subjects),
      new AuditResolver(feeds, places, commands, subjects),
      new ChangeResolver(subjects),
    ],
    references: { Command: commands.reference, Viewer: viewers.reference },
    describe: describeSchema,
    errors: logger,
  });
  const requestContext = contextFrom(identityVerifier({ secret: config.identitySecret, now: clock }));
  return { ...subgraph, contextOf: async (...request) => new ActivityContext(await requestContext(...request), subscriptions) };
}

/** What is composed into the supergraph. */
export const activitySdl = (): string =>
  subgraphSdl([ViewerResolver, NodeResolver, CommandResolver, NotificationResolver, AuditResolver, ChangeResolver], describeSchema);
