/** A gateway for any federated supergraph: it knows no domain. */
export { startGateway } from './service';
export { defaultLimits } from './config';
export type {
  GatewayAuth, GatewayConfig, GatewayLimits, GatewayLogger, GatewayPorts, InternalIdentityConfig, PluginContext, RunningGateway,
} from './config';
export type { Caller } from './security/caller';
export { introspection, uplink } from './supergraph/apollo-managers';
export { polledUrl } from './supergraph/polled-url';
export { watchedFile } from './supergraph/watched-file';
export { usageReporting } from './http/plugins/usage-reporting';
export type { UsageReportingOptions } from './http/plugins/usage-reporting';
export type { SupergraphSource } from './supergraph/supergraph-source';
export type { HttpRoute } from '@test-planning/kernel/http';
export { SubgraphUnreachable } from './transport/subgraph-transport';
export type { SubgraphAddress, SubgraphRequest, SubgraphResult, SubgraphTransport } from './transport/subgraph-transport';
export { httpTransport } from './transport/http-transport';
export type { HttpTransportOptions } from './transport/http-transport';
export { inProcessTransport } from './transport/in-process-transport';
export type { InProcessSubgraph } from './transport/in-process-transport';
