import type { GatewayLogger } from '../config';
import type { SubgraphAddress, SubgraphTransport } from '../transport/subgraph-transport';

/** The transports that one graph uses. */
interface TransportLease {
  transport(subgraph: SubgraphAddress): SubgraphTransport;
  /** Stops those that no other lease has. Never rejects; safe to call twice. */
  letGo(): Promise<void>;
}

interface Entry {
  readonly transport: SubgraphTransport;
  leases: number;
}

/** One transport for each subgraph at one address, however many graphs name it: it holds the connections, which outlive a change of the supergraph. */
export class TransportPool {
  private readonly entries = new Map<string, Entry>();

  constructor(private readonly make: (subgraph: SubgraphAddress) => SubgraphTransport, private readonly logger: GatewayLogger) {}

  lease(): TransportLease {
    const taken = new Set<string>();
    return {
      transport: (subgraph) => {
        const key = JSON.stringify([subgraph.name, subgraph.url]);
        const entry = this.entries.get(key) ?? { transport: this.make(subgraph), leases: 0 };
        this.entries.set(key, entry);
        if (!taken.has(key)) entry.leases += 1;
        taken.add(key);
        return entry.transport;
      },
      letGo: async () => {
        const keys = [...taken];
        taken.clear();
        await Promise.all(keys.map((key) => this.giveBack(key)));
      },
    };
  }

  private async giveBack(key: string): Promise<void> {
    const entry = this.entries.get(key);
    if (!entry) return;
    entry.leases -= 1;
    if (entry.leases > 0) return;
    this.entries.delete(key);
    try {
      await entry.transport.stop();
    } catch (error) {
      this.logger.warn({ err: error, subgraph: key }, 'The transport to a subgraph did not stop in order');
    }
  }
}
