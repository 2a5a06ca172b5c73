export { labFeed } from './recording/audit-entry';
export { notificationFeed } from './recording/notification';
export { commandsView } from './recording/command-record';
export { deletedSubjectsView } from './recording/deleted-subjects';
export { readMarksView } from './recording/read-mark';
export { activityApi, activitySdl, type ActivityApi, type ActivityApiConfig, type ActivityApiPorts } from './service';
export { startActivityWorker, type ActivityWorker, type ActivityWorkerConfig, type ActivityWorkerPorts } from './worker';
