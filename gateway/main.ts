import { join } from 'node:path';
import { createLogger, logLevels } from '@test-planning/kernel/telemetry';
import type { LogLevel } from '@test-planning/kernel/telemetry';
import { readCommandLine, usage } from './command-line';
import type { CommandLine } from './command-line';
import { ManifestRefused } from './documents/document-manifest';
import { usageReporting } from './http/plugins/usage-reporting';
import { startGateway } from './service';
import { supergraphSource } from './supergraph/chosen-source';
import { SupergraphRefused } from './supergraph/load-supergraph';
import { SupergraphUnavailable } from './supergraph/supergraph-source';
import { httpTransport } from './transport/http-transport';
import { UsageError } from './usage-error';

/** Of the ten seconds that a process has to stop, what requests in flight get. */
const graceMs = 8_000;

function logLevelOf(text: string): LogLevel {
  const level = logLevels.find((known) => known === text);
  if (!level) throw new UsageError(`LOG_LEVEL has to be one of ${logLevels.join(', ')}, not "${text}"`);
  return level;
}

async function serve(commandLine: CommandLine): Promise<void> {
  const { host, port, auth, secret, http: { usageReporting: reporting, ...http }, corsOrigins, allowedHosts, subgraphUrls, mutationUrls, subscriptionUrls, transport, limits, errors, overrideLabels } = commandLine;
  const logger = createLogger({ service: 'gateway', level: logLevelOf(process.env['LOG_LEVEL'] || 'warn') });
  const supergraph = supergraphSource(commandLine.supergraph);
  const known = new Set<string>();
  const gateway = await startGateway(
    {
      supergraph, host, port, auth, errors, ...http, ...limits,
      headers: transport.headers,
      queryPageDirectory: join(__dirname, 'query-page'),
      ...(corsOrigins ? { corsOrigins } : {}),
      ...(allowedHosts ? { allowedHosts } : {}),
      ...(secret ? { internalIdentity: { secret } } : {}),
      ...(overrideLabels ? { overrideLabels } : {}),
    },
    {
      logger,
      plugins: reporting ? [usageReporting(reporting)] : [],
      transport(subgraph) {
        const { name, url } = subgraph;
        const urls = subgraphUrls.get(name);
        if (!urls && !URL.canParse(url)) throw new UsageError(`The supergraph has no usable address for its subgraph "${name}", "${url}": --subgraph ${name}=URL gives one`);
        known.add(name);
        return httpTransport(subgraph, { ...transport.optionsFor(name), urls, mutationUrls: mutationUrls.get(name), subscriptionUrls: subscriptionUrls.get(name), logger });
      },
    },
  );
  const unknown = [...subgraphUrls.keys(), ...mutationUrls.keys(), ...subscriptionUrls.keys(), ...transport.named].find((name) => !known.has(name));
  if (unknown !== undefined) {
    await gateway.stop();
    throw new UsageError(`The supergraph has no subgraph "${unknown}"; it has ${[...known].join(', ')}`);
  }
  process.stdout.write(`Serving ${supergraph.source} at ${gateway.url}${auth.mode === 'off' ? ', open to everybody (--auth off)' : ''}\n`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void gateway.stop({ graceMs }).then(() => process.exit(0), fail));
}

async function main(): Promise<void> {
  try {
    const commandLine = readCommandLine(process.argv.slice(2), process.env);
    if (commandLine) await serve(commandLine);
    else process.stdout.write(`${usage}\n`);
  } catch (error) {
    fail(error);
  }
}

function fail(error: unknown): never {
  const inOneLine = error instanceof UsageError || error instanceof ManifestRefused || error instanceof SupergraphRefused || error instanceof SupergraphUnavailable || (error as NodeJS.ErrnoException).syscall !== undefined;
  process.stderr.write(`${inOneLine ? `gateway: ${(error as Error).message}` : String((error as Error).stack)}\n`);
  process.exit(1);
}

void main();
