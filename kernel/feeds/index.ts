export type { FeedDefinition, FeedEntry, FeedQuery, FeedReadQuery, Feeds, NewFeedEntry } from './feeds';
