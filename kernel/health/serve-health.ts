import { drain, listen, routingServer, urlOf } from '../http';
import { respondJson } from '../http';
import { healthRoute } from './health-route';
import type { Readiness } from './readiness';

export interface RunningHealth {
  /** Without a path: `http://host:port`. */
  readonly url: string;
  readonly port: number;
  stop(): Promise<void>;
}

/** How long a probe may still read its answer when the process stops. */
const graceMs = 1_000;

/**
 * Serves GET /health/live and GET /health/ready for a process that serves nothing else. Port 0 takes a free one.
 * @throws when the address is in use.
 */
export async function serveHealth({ host, port }: { readonly host: string; readonly port: number }, ready: () => Readiness | Promise<Readiness>): Promise<RunningHealth> {
  let phase: 'running' | 'draining' = 'running';
  const server = routingServer([healthRoute(ready)], {
    isDraining: () => phase === 'draining',
    onFailure: (_error, response) => respondJson(response, 500, { message: 'Internal server error' }),
  });
  const boundTo = await listen(server, host, port);
  let stopped: Promise<void> | undefined;
  return {
    url: urlOf(host, boundTo, ''),
    port: boundTo,
    stop: () => {
      phase = 'draining';
      return stopped ??= drain(server, graceMs);
    },
  };
}
