import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GatewayBenchOptions } from '../options';
import { message, ownProcess, start, type Spawned } from '../spawned';
import { writeSupergraph } from '../supergraph-file';
import { checkedRequests } from './checked-requests';
import { installPeers } from './installed';
import { subgraphs } from './laboratory';
import { load, type LoadedRequest } from './load';
import { measure, median, type Measured } from './measure';
import { operations, type Operation } from './operations';
import { peers, type Peer, type RunningPeer, type Surroundings } from './peers';
import { printTable, type Row } from './table';

const WARM_UP_ROUNDS = 2;

interface Contender {
  readonly peer: Peer;
  readonly running: RunningPeer;
}

interface QueryFigures {
  readonly operation: string;
  readonly rows: readonly Row[];
}

/** Runs the subgraphs, with their supergraph in a file, while `use` does. */
export const withSubgraphs = async <Value>(use: (surroundings: Surroundings) => Promise<Value>): Promise<Value> => {
  const directory = mkdtempSync(join(tmpdir(), 'gateway-bench-'));
  const process: Spawned = start(ownProcess('subgraphs'), { on: 'others' });
  try {
    const subgraphUrls = (await message(process, 30_000, 'the subgraphs to listen')) as Record<string, string>;
    const supergraphFile = writeSupergraph(directory, subgraphs.map(({ name, sdl }) => ({ name, sdl, url: subgraphUrls[name] ?? '' })));
    return await use({ directory, supergraphFile, subgraphUrls });
  } finally {
    await process.stop();
    rmSync(directory, { recursive: true, force: true });
  }
};

/** Every peer on every operation; they are all up, and take turns, so that what else the machine does hits them alike. */
export const benchQueries = async (options: GatewayBenchOptions): Promise<readonly QueryFigures[]> => {
  const wanted = peers.filter(({ name }) => options.peers?.includes(name) ?? true);
  const unknown = options.peers?.find((asked) => !peers.some(({ name }) => name === asked));
  if (unknown !== undefined) throw new Error(`There is no peer "${unknown}"; there are: ${[...new Set(peers.map(({ name }) => name))].join(', ')}.`);
  installPeers();
  return withSubgraphs(async (surroundings) => {
    const contenders: Contender[] = [];
    const absent: Row[] = [];
    try {
      for (const peer of wanted) {
        await peer.start(surroundings).then((running) => contenders.push({ peer, running }), (error: unknown) => absent.push({ peer: peer.name, result: { refused: reasonOf(error) } }));
      }
      const figures: QueryFigures[] = [];
      for (const operation of operations) {
        const rows = [...(await compare(operation, contenders, options)), ...absent];
        printTable(operation, rows);
        figures.push({ operation: operation.name, rows });
      }
      return figures;
    } finally {
      await Promise.all(contenders.map(({ running }) => running.process.stop()));
    }
  });
};

const compare = async (operation: Operation, contenders: readonly Contender[], { rounds, seconds, values }: GatewayBenchOptions): Promise<readonly Row[]> => {
  const refused = new Map<string, string>();
  const requests = new Map<string, readonly LoadedRequest[]>();
  const measured = new Map<string, Measured[]>();
  const those = contenders.filter(({ peer }) => peer.operations?.includes(operation.name) ?? true);
  for (const { peer, running } of those) {
    try {
      requests.set(peer.name, await checkedRequests(running.url, operation, values));
      measured.set(peer.name, []);
    } catch (error) {
      refused.set(peer.name, reasonOf(error));
    }
  }
  for (let round = 1 - WARM_UP_ROUNDS; round <= rounds; round += 1) {
    for (const { peer, running } of those) {
      const asked = requests.get(peer.name);
      if (!asked || refused.has(peer.name)) continue;
      try {
        if (round < 1) await load(running.url, asked, seconds);
        else measured.get(peer.name)?.push(await measure(running, asked, seconds));
      } catch (error) {
        refused.set(peer.name, reasonOf(error));
      }
    }
  }
  return those.map(({ peer: { name } }) => {
    const reason = refused.get(name);
    return { peer: name, result: reason === undefined ? median(measured.get(name) ?? []) : { refused: reason } };
  });
};

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
