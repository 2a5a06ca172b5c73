import type { Readiness } from '@test-planning/kernel/health';
import type { GatewayPorts } from './config';
import type { RunningSupergraph } from './supergraph/running-supergraph';

interface ReadinessParts {
  readonly supergraph: RunningSupergraph;
  readonly isDraining: () => boolean;
  readonly ports: Pick<GatewayPorts, 'ready'>;
}

/** Whether a gateway should be sent requests, with its supergraph and its subgraphs for whoever asks why. */
export function gatewayReadiness({ supergraph, isDraining, ports }: ReadinessParts): () => Promise<Readiness> {
  return async () => {
    if (isDraining()) return { ok: false, details: { reason: 'shutting down' } };
    const reaches = [...supergraph.graph.current.transports].map(([name, transport]) => [name, transport.reach?.() ?? { kind: 'reached' as const }] as const);
    // With one subgraph there is something that can be answered.
    const isOfUse = reaches.some(([, reach]) => reach.kind === 'reached');
    const subgraphs = Object.fromEntries(reaches.map(([name, reach]) => [name, reach.kind === 'unreachable' ? reach.problem : reach.kind]));
    const { ok, failing, details } = await ports.ready?.() ?? { ok: true, details: {} };
    return { ok: ok && isOfUse, ...(failing && { failing }), details: { ...details, supergraph: supergraph.status(), subgraphs } };
  };
}
