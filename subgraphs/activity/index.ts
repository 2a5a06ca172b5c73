export { labFeed } from './recording/audit-entry';
export { notificationFeed } from './recording/notification';
export { commandsView } from './recording/command-record';
export { readMarksView } from './recording/read-mark';
export { subjectsView } from './recording/subject-existence';
export { activityApi, activitySdl, type ActivityApi, type ActivityApiConfig, type ActivityApiPorts } from './service';
export { startActivityWorker, type ActivityWorker, type ActivityWorkerConfig, type ActivityWorkerPorts } from './worker';
