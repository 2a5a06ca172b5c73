export { experimentsApi, experimentsSdl, experimentsStores, startExperimentsWorker, type ExperimentsApi, type ExperimentsApiConfig, type ExperimentsApiPorts } from './service';
export { experimentsView } from './views/experiments-view';
export { type ExperimentsWorkerConfig } from './worker-definition';
