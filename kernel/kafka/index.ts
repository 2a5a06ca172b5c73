export { kafkaAnswers } from './reachable';
