export { initiateReplicaSet } from './initiate-replica-set';
export { mongodbAnswers } from './reachable';
