import { writeFileSync } from 'node:fs';
import { readCommandLine, usage, UsageError, type Run } from './command-line';
import { freePorts, openField } from './field';
import type { Point } from './point';
import { points } from './points';
import { report, reportJson, summaryOf } from './report';
import { runPoints } from './run-points';
import { supergraph } from './subgraphs/supergraph';

const UNTESTED = 2;

const chosen = (only: readonly string[] | undefined): readonly Point[] => {
  if (!only) return points;
  const isNamed = ({ name }: Point): boolean => only.some((wanted) => name === wanted || name.startsWith(`${wanted}.`));
  const unknown = only.find((wanted) => !points.some(({ name }) => name === wanted || name.startsWith(`${wanted}.`)));
  if (unknown !== undefined) throw new UsageError(`There is no point and no group "${unknown}"; "conformance list" names them`);
  // Whether a transport is there at all has to be known first.
  return points.filter((point) => isNamed(point) || point.name.endsWith('.offered'));
};

const run = async ({ only, ports, json, takesTokens, ...options }: Run): Promise<number> => {
  const wanted = chosen(only);
  const { field, close } = await openField({ ...options, ports: ports ?? await freePorts() });
  try {
    const told = json ? undefined : ({ point, outcome }: { readonly point: Point; readonly outcome: { readonly kind: string } }): void => void process.stderr.write(`${outcome.kind.padEnd(10)} ${point.name}\n`);
    const tested = await runPoints(wanted, field, { takesTokens, ...(told ? { told } : {}) });
    process.stdout.write(`${json ? reportJson(tested) : `\n${report(tested)}\nseed: ${options.seed}`}\n`);
    const { ok, fails } = summaryOf(tested);
    return fails > 0 ? 1 : ok > 0 ? 0 : UNTESTED;
  } finally {
    await close();
  }
};

const main = async (): Promise<number> => {
  const asked = readCommandLine(process.argv.slice(2));
  switch (asked.kind) {
    case 'run': return run(asked);
    case 'help': process.stdout.write(`${usage}\n`); return 0;
    case 'list': process.stdout.write(points.map(({ name, kind, holds }) => `${name} (${kind}): ${holds.document}: ${holds.says}\n`).join('')); return 0;
    case 'supergraph': writeFileSync(asked.out, supergraph(asked.ports)); return 0;
  }
};

main().then(
  (code) => { process.exitCode = code; },
  (error: unknown) => {
    process.stderr.write(`conformance: ${error instanceof UsageError ? error.message : String((error as Error).stack)}\n`);
    process.exitCode = UNTESTED;
  },
);
