import type { GatewayConfig, GatewayPorts, RunningGateway } from './config';

/** Starts a gateway for `config.supergraphSdl`. Rejects with a sentence that says what is wrong when the SDL can't be served. */
export declare function startGateway(config: GatewayConfig, ports: GatewayPorts): Promise<RunningGateway>;
