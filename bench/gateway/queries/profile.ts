import { readdirSync, readFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { GatewayBenchOptions } from '../options';
import { root } from '../spawned';
import { checkedRequests } from './checked-requests';
import { withSubgraphs } from './bench';
import { load } from './load';
import { operations } from './operations';
import { startOurs } from './peers';

const SHOWN = 25;

interface CpuProfile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number; readonly columnNumber: number } }[];
  readonly samples: readonly number[];
  /** Microseconds since the sample before. */
  readonly timeDeltas: readonly number[];
}

/** Where this gateway's time goes on one operation: self time by function, the start and the warming up left out. */
export const benchProfile = async ({ operation: name, seconds, values }: GatewayBenchOptions): Promise<void> => {
  const operation = operations.find((known) => known.name === name);
  if (!operation) throw new Error(`There is no operation "${name}" to profile; there are: ${operations.map((known) => known.name).join(', ')}.`);
  await withSubgraphs(async ({ supergraphFile, directory }) => {
    const { url, process } = await startOurs(supergraphFile, ['--cpu-prof', `--cpu-prof-dir=${directory}`]);
    try {
      const requests = await checkedRequests(url, operation, values);
      await load(url, requests, seconds);
      const { latencies, seconds: elapsed } = await load(url, requests, seconds);
      console.log(`\n${operation.name}: ${(latencies.length / elapsed).toFixed(0)} requests/s while it is profiled\n`);
    } finally {
      await process.stop();
    }
    const file = readdirSync(directory).find((entry) => entry.endsWith('.cpuprofile'));
    if (file === undefined) throw new Error(`The gateway left no profile:\n${process.output()}`);
    printSelfTimes(JSON.parse(readFileSync(join(directory, file), 'utf8')) as CpuProfile, seconds * 1e6);
  });
};

/** Of the last so many microseconds in which it was busy. */
const printSelfTimes = ({ nodes, samples, timeDeltas }: CpuProfile, microseconds: number): void => {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const place = placeFinder();
  const times = new Map<string, number>();
  let all = 0;
  for (let index = samples.length - 1; index >= 0 && all < microseconds; index -= 1) {
    const node = byId.get(samples[index] ?? 0);
    const delta = timeDeltas[index] ?? 0;
    if (!node || node.callFrame.functionName === '(idle)') continue;
    const key = `${node.callFrame.functionName || '(anonymous)'}  ${place(node.callFrame)}`;
    times.set(key, (times.get(key) ?? 0) + delta);
    all += delta;
  }
  for (const [what, time] of [...times].sort(([, a], [, b]) => b - a).slice(0, SHOWN)) console.log(`${((time / all) * 100).toFixed(1).padStart(5)}%  ${what}`);
};

/** Says where a function stands in its own source, as far as there is a source map. */
const placeFinder = (): ((frame: CpuProfile['nodes'][number]['callFrame']) => string) => {
  const bundle = join(root, 'dist/gateway/main.js');
  const map = new SourceMap(JSON.parse(readFileSync(`${bundle}.map`, 'utf8')) as SourceMapPayload);
  return ({ url, lineNumber, columnNumber }) => {
    if (!url.startsWith('file:')) return url;
    const file = fileURLToPath(url);
    if (file !== bundle) return `${relative(root, file)}:${lineNumber + 1}`;
    const entry = map.findEntry(lineNumber, columnNumber);
    return 'originalSource' in entry ? `${entry.originalSource.replace(/^(\.\.\/)+/, '')}:${entry.originalLine + 1}` : `dist/gateway/main.js:${lineNumber + 1}`;
  };
};
