import { httpTransport, startGateway } from '@test-planning/gateway';
import type { GatewayLogger } from '@test-planning/gateway';
import { deviation } from './audit-case';
import type { AuditCase } from './audit-case';

/** A case that failed, by its number within the suite, from 0 as the audit counts. */
interface FailedCase {
  readonly name: string;
  readonly deviation: string;
}

interface SuiteResult {
  readonly cases: number;
  readonly failed: readonly FailedCase[];
}

const silent: GatewayLogger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const answerWithinMs = 10_000;

/** Serves the supergraph of one suite and sends every case over HTTP, with the headers that the audit sends. */
export async function runSuite(audit: string, suite: string): Promise<SuiteResult> {
  const supergraph = await textAt(`${audit}/${suite}/supergraph`);
  const cases = JSON.parse(await textAt(`${audit}/${suite}/tests`)) as readonly AuditCase[];
  const gateway = await startGateway(
    { supergraph, host: '127.0.0.1', port: 0, auth: { mode: 'off' } },
    { logger: silent, transport: (subgraph) => httpTransport(subgraph, { logger: silent }) },
  );
  try {
    const failed: FailedCase[] = [];
    for (const [number, one] of cases.entries()) {
      const wrong = await responseOf(gateway.url, one.query).then((response) => deviation(one, response), (error: unknown) => String(error));
      if (wrong !== undefined) failed.push({ name: `${suite}_${number}`, deviation: wrong });
    }
    return { cases: cases.length, failed };
  } finally {
    await gateway.stop({ graceMs: 0 });
  }
}

async function responseOf(url: string, query: string): Promise<Parameters<typeof deviation>[1]> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { accept: 'application/json', 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
    signal: AbortSignal.timeout(answerWithinMs),
  });
  return await response.json() as Parameters<typeof deviation>[1];
}

async function textAt(url: string): Promise<string> {
  const response = await fetch(url);
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answers ${response.status}: ${text.slice(0, 200)}`);
  return text;
}
