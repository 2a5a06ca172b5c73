import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { start, type Spawned } from '../spawned';
import { findRouter, peersDirectory } from './installed';

const READY_WITHIN_MS = 60_000;
const ASK_AGAIN_MS = 100;

/** What is there when a peer is started. */
export interface Surroundings {
  readonly supergraphFile: string;
  readonly subgraphUrls: Readonly<Record<string, string>>;
  /** For what a peer wants to read; gone at the end. */
  readonly directory: string;
}

export interface RunningPeer {
  readonly url: string;
  readonly process: Spawned;
}

export interface Peer {
  readonly name: string;
  readonly what: string;
  /** The operations that it can answer; all, if it doesn't say. */
  readonly operations?: readonly string[];
  /** @throws {Error} that says why it can't be started. */
  start(surroundings: Surroundings): Promise<RunningPeer>;
}

/** As `npm run gateway` has it. */
const asProduction = '--max-semi-space-size=32';
const onServerCore = { on: 'server' } as const;
const address = /https?:\/\/\S+/;

const announced = async (process: Spawned): Promise<RunningPeer> => ({ process, url: (await process.printed(address))[0].replace(/[,;.]$/, '') });

/** For servers that don't tell the port they took. */
const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
};

const answering = async (process: Spawned, url: string): Promise<RunningPeer> => {
  for (const late = performance.now() + READY_WITHIN_MS; performance.now() < late; await pause(ASK_AGAIN_MS)) {
    const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"query":"{ __typename }"}' }).catch(() => undefined);
    if (answer?.ok === true) return { process, url };
    if (process.child.exitCode !== null || process.child.signalCode !== null) break;
  }
  await process.stop();
  throw new Error(`It does not answer at ${url}:\n${process.output()}`);
};

export const ours = 'ours';

export const startOurs = (supergraphFile: string, nodeFlags: readonly string[] = []): Promise<RunningPeer> =>
  announced(start([process.execPath, asProduction, ...nodeFlags, 'dist/gateway/main.js', '--supergraph', supergraphFile, '--auth', 'off', '--port', '0'], { ...onServerCore, environment: { LOG_LEVEL: 'error' } }));

const hive = (name: string, what: string, flags: readonly string[]): Peer => ({
  name, what,
  async start({ supergraphFile }) {
    const port = await freePort();
    const binary = join(peersDirectory, 'node_modules/@graphql-hive/gateway/dist/bin.js');
    const running = start([process.execPath, binary, 'supergraph', supergraphFile, '--host', '127.0.0.1', '--port', String(port), ...flags], { ...onServerCore, environment: { LOG_LEVEL: 'error' } });
    return answering(running, `http://127.0.0.1:${port}/graphql`);
  },
});

const byHand = (operation: string): Peer => ({
  name: 'by-hand', what: 'node:http and undici, for this operation alone: the ceiling', operations: [operation],
  start: ({ subgraphUrls }) => announced(start([process.execPath, join(__dirname, 'gateway/by-hand.js'), operation, subgraphUrls['experiments'] ?? '', subgraphUrls['methods'] ?? ''], onServerCore)),
});

export const peers: readonly Peer[] = [
  { name: ours, what: 'this gateway', start: ({ supergraphFile }) => startOurs(supergraphFile) },
  {
    name: 'apollo-gateway', what: '@apollo/gateway behind Apollo Server',
    start: ({ supergraphFile }) => announced(start([process.execPath, join(peersDirectory, 'apollo-gateway.mjs'), supergraphFile], onServerCore)),
  },
  hive('hive', 'Hive Gateway', []),
  hive('hive-jit', 'Hive Gateway with --jit', ['--jit']),
  {
    name: 'router', what: 'Apollo Router',
    async start({ supergraphFile, directory }) {
      const router = findRouter();
      if ('missing' in router) throw new Error(router.missing);
      const port = await freePort();
      const config = join(directory, 'router.yaml');
      writeFileSync(config, [
        'supergraph:', `  listen: 127.0.0.1:${port}`, '  path: /graphql', 'health_check:', '  enabled: false', 'homepage:', '  enabled: false', '',
      ].join('\n'));
      const running = start([router.binary, '--supergraph', supergraphFile, '--config', config, '--log', 'error'], {
        // It takes a thread per core of the machine, not of those it may run on.
        ...onServerCore, environment: { APOLLO_ROUTER_IO_THREADS: '1', APOLLO_ROUTER_COMPUTE_THREADS: '1', APOLLO_TELEMETRY_DISABLED: 'true' },
      });
      return answering(running, `http://127.0.0.1:${port}/graphql`);
    },
  },
  byHand('plain'),
  byHand('two-hop'),
];
