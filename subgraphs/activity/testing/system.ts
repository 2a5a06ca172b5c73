import { MemoryFeeds, MemoryLog, MemoryReadModels, MemoryTransactor } from '@test-planning/kernel/memory';
import { encodeMessage, type Message } from '@test-planning/kernel/messaging';
import type { Identity, TellPosition } from '@test-planning/kernel/subgraph';
import { silentLogger } from '@test-planning/kernel/telemetry';
import { topics } from '@test-planning/schema/messages';
import { execute, parse, subscribe, validate, type ExecutionResult } from 'graphql';
import { ActivityContext } from '../api/activity-context';
import { labFeed } from '../recording/audit-entry';
import { commandsView } from '../recording/command-record';
import { notificationFeed } from '../recording/notification';
import { readMarksView } from '../recording/read-mark';
import { subjectsView } from '../recording/subject-existence';
import { activityApi, type ActivityApiConfig } from '../service';
import { startActivityWorker } from '../worker';
import { LAB, type Published } from './sample-messages';

/** The gateway vouches with it for who asks. */
export const identitySecret = 'x'.repeat(32);

const READS = ['experiments:read', 'methods:read'];

export const identityOf = (userId: string, overrides: Partial<Identity> = {}): Identity =>
  ({ userId, name: userId, lab: LAB, scopes: READS, ...overrides });

type Data = Record<string, unknown>;

/** What a subscription delivers, one result after another. */
export interface Subscribed {
  next(): Promise<IteratorResult<ExecutionResult<Data>>>;
  end(): Promise<void>;
}

/** The worker and the API of this subgraph on ports in memory. */
export const startSystem = async (config: Partial<ActivityApiConfig> = {}, clock = () => new Date('2026-03-01T09:00:00.000Z')) => {
  const log = new MemoryLog({ partitions: 2 });
  const feeds = new MemoryFeeds([labFeed, notificationFeed]);
  const views = new MemoryReadModels([commandsView, subjectsView, readMarksView]);
  const worker = await startActivityWorker({}, { log, feeds, views, transactor: new MemoryTransactor(), logger: silentLogger });
  const api = activityApi({ identitySecret, cursorSecret: 'a secret', ...config }, { feeds, views, clock, logger: silentLogger });
  const { subscriptions } = await api.contextOf({});

  const argumentsFor = (operation: string, variables: Data, identity: Identity, tellPosition?: TellPosition) => {
    const document = parse(operation);
    const faults = validate(api.schema, document);
    if (faults[0]) throw faults[0];
    const request = { identity, requestId: 'request-1', traceparent: undefined, tellPosition };
    return { schema: api.schema, document, variableValues: variables, contextValue: new ActivityContext(request, subscriptions) };
  };

  return {
    api, feeds, views, worker,
    /** Resolves when the worker has recorded all that was sent. */
    async settle(): Promise<void> {
      while ((await log.lag('activity-worker')).some(({ lag }) => lag > 0)) await new Promise(setImmediate);
    },
    send: (message: Message) => log.append([encodeMessage(message, topicOf(message, 'commands'))]),
    publish: ({ message }: Published) => log.append([encodeMessage(message, topicOf(message, 'events'))]),
    run: async (operation: string, variables: Data = {}, identity = identityOf('alice')): Promise<ExecutionResult<Data>> =>
      await execute(argumentsFor(operation, variables, identity)) as ExecutionResult<Data>,
    /** Resolves when the subscription has begun, or with why it has not. */
    async follow(operation: string, variables: Data = {}, identity = identityOf('alice'), tellPosition?: TellPosition): Promise<Subscribed> {
      const begun = await subscribe(argumentsFor(operation, variables, identity, tellPosition));
      if (!(Symbol.asyncIterator in begun)) throw begun.errors?.[0] ?? new Error('no subscription');
      const events = begun as AsyncGenerator<ExecutionResult<Data>>;
      return { next: () => events.next(), end: async () => void (await events.return(undefined)) };
    },
  };
};

export type System = Awaited<ReturnType<typeof startSystem>>;

const topicOf = ({ stream }: Message, carrying: 'commands' | 'events') => {
  if (stream.includes('/process/')) return carrying === 'commands' ? topics.sagaInbox : topics.sagaEvents;
  if (stream.includes('/method/')) return carrying === 'commands' ? topics.methodsCommands : topics.methodsEvents;
  return carrying === 'commands' ? topics.experimentsCommands : topics.experimentsEvents;
};
