export { sagaApi, sagaSdl, sagaStores, startSagaWorker, type SagaApi, type SagaApiConfig, type SagaApiPorts } from './service';
export { processesView } from './views/processes-view';
export { timersView } from './views/timers-view';
export { type SagaWorkerConfig } from './worker-definition';
