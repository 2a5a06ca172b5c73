import { kafkaAnswers } from '@test-planning/kernel/kafka';
import { mongodbAnswers } from '@test-planning/kernel/mongodb';
import type { ServerDefinition, ServerName } from './server';

export const definitions: Readonly<Record<ServerName, ServerDefinition>> = {
  kafka: { title: 'Kafka', variable: 'KAFKA_BROKERS', usualPort: 9092, answers: (address, timeoutMs) => kafkaAnswers(address.split(','), timeoutMs) },
  mongodb: { title: 'MongoDB', variable: 'MONGODB_URL', usualPort: 27017, answers: mongodbAnswers },
};
