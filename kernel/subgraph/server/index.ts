/** A subgraph as a server of its own. */
export type { RunningSubgraph, Serves, SubgraphLimits, SubgraphServerConfig, SubgraphServerPorts } from './config';
export { serveSubgraph } from './serve-subgraph';
