import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../servers/processes/free-port';
import { startGateway, type StartedGateway } from './started-gateway';
import { Channels } from './subgraphs/channels';
import { ServedSubgraph } from './subgraphs/served-subgraph';
import { subgraphs, supergraph, type Ports } from './subgraphs/supergraph';
import { AUDIENCE, ISSUER, Tokens } from './tokens';
import type { Field, Transport } from './trial';

/** Where the gateway under test is, or how it is started. */
export type Target =
  | { readonly kind: 'at'; readonly url: string }
  | { readonly kind: 'started'; readonly command: string; readonly path: string };

interface FieldOptions {
  readonly target: Target;
  readonly ports: Ports;
  readonly transport: Transport;
  readonly identityHeader: string;
  readonly seed: number;
}

/** Ports that nobody listens to just now. */
export const freePorts = async (): Promise<Ports> => ({ feed: await freePort(), catalogue: await freePort(), people: await freePort(), keys: await freePort() });

/** Starts the suite's subgraphs, and the gateway where it is to be started. @throws {Error} that says what does not start. */
export const openField = async ({ target, ports, transport, identityHeader, seed }: FieldOptions): Promise<{ readonly field: Field; close(): Promise<void> }> => {
  const directory = mkdtempSync(join(tmpdir(), 'conformance-'));
  const ends: (() => Promise<void> | void)[] = [() => rmSync(directory, { recursive: true, force: true })];
  const close = async (): Promise<void> => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  try {
    const channels = new Channels();
    const served = Object.fromEntries(subgraphs(channels).map((subgraph) => [subgraph.name, new ServedSubgraph(subgraph, ports[subgraph.name as keyof Ports], identityHeader)]));
    for (const subgraph of Object.values(served)) {
      await subgraph.start();
      ends.push(() => subgraph.stop());
    }
    const tokens = await Tokens.serve(ports.keys);
    ends.push(() => tokens.stop());
    let gateways = 0;
    const start = async (): Promise<StartedGateway> => {
      if (target.kind === 'at') throw new Error('The suite was not told how to start one');
      const file = join(directory, `supergraph-${(gateways += 1)}.graphql`);
      return startGateway(target.command, target.path, supergraph(ports), { supergraph: file, port: String(await freePort()), jwks: tokens.url, issuer: ISSUER, audience: AUDIENCE });
    };
    const gateway = target.kind === 'started' ? await start() : undefined;
    if (gateway) ends.push(() => gateway.stop());
    const { feed, catalogue } = served;
    if (!feed || !catalogue) throw new Error('The suite has no subgraphs');
    return {
      close,
      field: {
        url: target.kind === 'at' ? target.url : gateway?.url ?? '', transport, tokens, gateway, seed, subgraphs: { feed, catalogue },
        channel: (name) => channels.named(name), supergraph: (variant) => supergraph(ports, variant), startAnother: start,
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
};
