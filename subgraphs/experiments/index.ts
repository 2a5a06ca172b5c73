export { experimentsApi, experimentsSdl, startExperimentsWorker, type ExperimentsApi, type ExperimentsApiConfig, type ExperimentsApiPorts } from './service';
export { experimentsView } from './views/experiments-view';
export { type ExperimentsWorkerConfig } from './worker-definition';
