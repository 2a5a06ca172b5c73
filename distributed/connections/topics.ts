import type { KafkaRetention, TopicDefinition } from '@test-planning/kernel/kafka';
import { topics } from '@test-planning/schema/messages';

/** The groups that read each topic of commands: what one of them has not handled is kept. */
const readersOfCommands: KafkaRetention['groups'] = {
  [topics.experimentsCommands]: ['experiments-worker', 'activity-worker'],
  [topics.methodsCommands]: ['methods-worker', 'activity-worker'],
  [topics.sagaInbox]: ['saga-worker', 'activity-worker'],
};

export const topicDefinitions: readonly TopicDefinition[] = Object.values(topics).map((name) => ({ name, kind: name in readersOfCommands ? 'commands' : 'events' }));

export const retentionOf = (keepMs: number): KafkaRetention => ({ keepMs, groups: readersOfCommands });
