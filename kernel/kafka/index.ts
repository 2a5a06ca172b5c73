export { openKafka, type Kafka } from './open-kafka';
export type { KafkaOptions, KafkaRetention, SaslOptions, TopicDefinition, TopicSettings } from './options';
export { KafkaSetupError } from './setup-error';
export { kafkaAnswers } from './reachable';
export { deleteKafkaData } from './delete-all';
export { groupsInUse, recordOffsets, resetOffsets, type OffsetsScope, type RecordedOffsets } from './recorded-offsets';
