export { deleteMongodbData } from './delete-all';
export { initiateReplicaSet } from './initiate-replica-set';
export { openMongodb, type Mongodb, type MongodbOptions, type ServiceDefinitions, type ServiceStores } from './mongodb';
export { mongodbAnswers } from './reachable';
export { MongodbSetupError } from './server-check';
export { readSnapshot, refill, type SnapshotPart } from './snapshot';
