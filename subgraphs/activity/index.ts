export { activityApi, activitySdl, activityStores, type ActivityApi, type ActivityApiConfig, type ActivityApiPorts } from './service';
export { startActivityWorker, type ActivityWorker, type ActivityWorkerConfig, type ActivityWorkerPorts } from './worker';
