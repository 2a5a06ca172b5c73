import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import type { IncomingMessage } from 'node:http';
import { brotliCompressSync } from 'node:zlib';
import { GraphQLError } from 'graphql';
import { readBody } from '@test-planning/kernel/http';
import { defaultLimits } from '../../gateway/config';
import { serveGraph } from '../../gateway/supergraph/served-graph';
import type { ServedGraph } from '../../gateway/supergraph/served-graph';
import { anonymous, unchecked } from '../../gateway/security/caller';
import type { Caller } from '../../gateway/security/caller';
import { hostileInputs } from './hostile-inputs';
import type { HostileInput } from './hostile-inputs';

const stages = ['read', 'document', 'admit', 'schema'] as const;
type Stage = typeof stages[number];

/** Milliseconds of CPU in the main thread that `work` takes. */
async function cpuOf(work: () => unknown): Promise<number> {
  const before = process.threadCpuUsage();
  await work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1_000;
}

function requestOf(packed: Buffer): IncomingMessage {
  return Object.assign(Readable.from([packed]), { headers: { 'content-type': 'application/json', 'content-encoding': 'br' }, complete: true }) as unknown as IncomingMessage;
}

/** Milliseconds by stage until `graph` has admitted or refused the input. */
async function measure(graph: ServedGraph, { query, variables = {}, isIntrospection }: HostileInput, caller: Caller): Promise<{ bytes: number; ms: Record<Stage, number> }> {
  const body = Buffer.from(JSON.stringify({ query, variables }));
  const packed = brotliCompressSync(body);
  const ms = { read: 0, document: 0, admit: 0, schema: 0 };
  let read: Awaited<ReturnType<typeof readBody>> | undefined;
  ms.read = await cpuOf(async () => { read = await readBody(requestOf(packed), Infinity); });
  if (read?.kind !== 'body') throw new Error(`The input cannot be read: ${read?.message}`);
  const { query: text, variables: given } = read.value as { query: string; variables: Record<string, unknown> };
  let prepared: ReturnType<typeof open>;
  const open = () => {
    const opened = graph.documents.open(text);
    return opened.kind === 'valid' ? opened.select(undefined) : undefined;
  };
  ms.document = await cpuOf(() => { prepared = open(); });
  ms.admit = await cpuOf(() => {
    if (prepared === undefined || prepared instanceof GraphQLError) return;
    try {
      graph.engine.admit({ prepared, caller, variables: given });
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
    }
  });
  ms.schema = await cpuOf(async () => {
    if (isIntrospection && prepared !== undefined && !(prepared instanceof GraphQLError)) await graph.engine.executeToText({ prepared, caller, variables: given });
  });
  return { bytes: body.length, ms };
}

const callers: Readonly<Record<string, Caller>> = { anonymous, 'with all rights': unchecked };

/** What the most expensive requests of at most a megabyte cost until they are admitted or refused: CPU of the main thread, the worst of three. */
export async function benchAdmission(): Promise<void> {
  const sdl = readFileSync('schema/graphql/supergraph.graphql', 'utf8');
  for (const [name, caller] of Object.entries(callers)) {
    console.log(`Caller: ${name}\n`);
    console.log(`${'Input'.padEnd(66)}${'KiB'.padStart(6)}${stages.map((stage) => stage.padStart(10)).join('')}${'ns/byte'.padStart(10)}`);
    const graph = serveGraph(sdl, {
      limits: defaultLimits, introspection: true, identityHeaders: async () => ({}), presentErrors: () => [],
      transport: () => ({ stop: async () => undefined }) as never,
    });
    await measure(graph, { title: 'warm up', query: '{experiments{nodes{id}}}' }, caller);
    for (const input of hostileInputs) {
      const { bytes, ms } = await measure(graph, input, caller);
      const total = stages.reduce((sum, stage) => sum + ms[stage], 0);
      console.log(`${input.title.padEnd(66)}${String(Math.round(bytes / 1024)).padStart(6)}${stages.map((stage) => ms[stage].toFixed(1).padStart(10)).join('')}${(total * 1e6 / bytes).toFixed(0).padStart(10)}`);
    }
    console.log();
  }
}
