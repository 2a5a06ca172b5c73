export { methodsApi, methodsSdl, methodsStores, startMethodsWorker, type MethodsApi, type MethodsApiConfig, type MethodsApiPorts } from './service';
export { attachmentsView } from './views/attachments-view';
export { methodsView } from './views/methods-view';
export { type MethodsWorkerConfig } from './worker-definition';
