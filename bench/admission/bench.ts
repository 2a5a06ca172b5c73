import { readFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { brotliCompressSync } from 'node:zlib';
import { readBody } from '@test-planning/kernel/http';
import { GraphQLError } from 'graphql';
import { defaultLimits } from '../../gateway/config';
import { parseJson } from '../../gateway/json/parse-json';
import type { PreparedOperation } from '../../gateway/planning/prepared-operation';
import { anonymous, unchecked } from '../../gateway/security/caller';
import type { Caller } from '../../gateway/security/caller';
import { serveGraph } from '../../gateway/supergraph/served-graph';
import type { ServedGraph } from '../../gateway/supergraph/served-graph';
import { hostileInputs } from './hostile-inputs';
import type { HostileInput } from './hostile-inputs';

/** `read`: decompress and parse the body. `document`: parse, validate and prepare. `admit`: variables, cost, access and plan. `schema`: execute an introspection. */
const stages = ['read', 'document', 'admit', 'schema'] as const;
type Milliseconds = Record<typeof stages[number], number>;

/** What became of an input, with the CPU of the main thread by stage. */
interface Measured {
  readonly bytes: number;
  readonly ms: Milliseconds;
  readonly outcome: string;
}

const callers: Readonly<Record<string, Caller>> = { anonymous, 'with all rights': unchecked };

/** Prints what hostile requests of at most a megabyte cost until the gateway has admitted or refused them, on the project's own supergraph with default limits. */
export async function benchAdmission(): Promise<void> {
  const sdl = readFileSync('schema/graphql/supergraph.graphql', 'utf8');
  for (const [name, caller] of Object.entries(callers)) {
    console.log(`Caller ${name}: milliseconds of CPU in the main thread\n\n${row('Input', 'KiB', stages, 'ns/byte', 'outcome')}`);
    const graph = serveGraph(sdl, {
      limits: defaultLimits, introspection: true, identityHeaders: async () => ({}), presentErrors: () => [],
      transport: () => ({ subscribe: neverCalled, execute: neverCalled, stop: async () => undefined }),
    });
    for (const warmUp of [true, false]) {
      for (const input of hostileInputs) {
        const { bytes, ms, outcome } = await measure(graph, input, caller);
        const total = stages.reduce((sum, stage) => sum + ms[stage], 0);
        if (!warmUp) console.log(row(input.title, Math.round(bytes / 1024), stages.map((stage) => ms[stage].toFixed(1)), Math.round(total * 1e6 / bytes), outcome));
      }
    }
    console.log();
  }
}

function neverCalled(): never {
  throw new Error('An operation that is only admitted asks no subgraph');
}

/** A comment of its own makes each document a new one to the cache. */
let uses = 0;

async function measure(graph: ServedGraph, input: HostileInput, caller: Caller): Promise<Measured> {
  const body = Buffer.from(JSON.stringify({ query: `${input.query}#${uses += 1}`, variables: input.variables ?? {} }));
  const request = requestOf(brotliCompressSync(body));
  const ms: Milliseconds = { read: 0, document: 0, admit: 0, schema: 0 };
  async function timed<Result>(stage: keyof Milliseconds, work: () => Result | Promise<Result>): Promise<Result> {
    const before = process.threadCpuUsage();
    const result = await work();
    const { user, system } = process.threadCpuUsage(before);
    ms[stage] = (user + system) / 1_000;
    return result;
  }
  const ended = (outcome: string): Measured => ({ bytes: body.length, ms, outcome });

  const read = await timed('read', () => readBody(request, { maxBytes: defaultLimits.maxBodyBytes, maxValues: defaultLimits.maxJsonValues, parse: parseJson }));
  if (read.kind === 'unreadable') return ended(`${read.status} ${read.message}`);
  const { query, variables } = read.value as { query: string; variables: Record<string, unknown> };
  const prepared = await timed('document', () => {
    const opened = graph.documents.open(query);
    return opened.kind === 'valid' ? opened.select(input.operationName) : opened.errors;
  });
  if (!isPrepared(prepared)) return ended(messageOf(prepared instanceof GraphQLError ? [prepared] : prepared));
  const admission = await timed('admit', () => {
    try {
      return graph.engine.admit({ prepared, caller, variables });
    } catch (error) {
      if (error instanceof GraphQLError) return { kind: 'refused', errors: [error] } as const;
      throw error;
    }
  });
  if (admission.kind === 'refused') return ended(messageOf(admission.errors));
  if (admission.request.denied.length > 0) return ended(messageOf(admission.request.denied));
  if (input.isIntrospection) await timed('schema', () => graph.engine.executeToText({ prepared, caller, variables }));
  return ended('admitted');
}

function requestOf(packed: Buffer): IncomingMessage {
  return Object.assign(Readable.from([packed]), { headers: { 'content-type': 'application/json', 'content-encoding': 'br' }, complete: true }) as unknown as IncomingMessage;
}

function isPrepared(found: PreparedOperation | GraphQLError | readonly GraphQLError[]): found is PreparedOperation {
  return !(found instanceof GraphQLError) && 'kind' in found;
}

const messageOf = ([first, ...others]: readonly GraphQLError[]): string => `${first?.message.slice(0, 60)}${others.length > 0 ? ` (+${others.length})` : ''}`;

function row(title: string, kib: number | string, figures: readonly string[], perByte: number | string, outcome: string): string {
  return `${title.padEnd(62)}${String(kib).padStart(6)}${figures.map((figure) => figure.padStart(10)).join('')}${String(perByte).padStart(9)}  ${outcome}`;
}
