import { allowedHost } from '@test-planning/kernel/http';
import type { GatewayConfig } from './config';
import type { UsageReportingOptions } from './http/plugins/usage-reporting';
import { UsageError } from './usage-error';

/** What the command line says of HTTP. */
export interface HttpChoice extends Required<Pick<GatewayConfig, 'introspection' | 'csrfPrevention' | 'compression'>> {
  /** What Apollo Studio hears of operations; undefined for nothing. */
  readonly usageReporting: UsageReportingOptions | undefined;
}

interface HttpFlags {
  /** Undefined where the flags say nothing of it. */
  readonly introspection: boolean | undefined;
  readonly csrfPrevention: boolean;
  readonly compression: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** @throws {UsageError} if INTROSPECTION is neither on nor off, or for wrong settings of usage reports. */
export function httpChoice({ introspection, csrfPrevention, compression, environment }: HttpFlags): HttpChoice {
  return {
    csrfPrevention, compression,
    introspection: introspection ?? introspectionIn(environment),
    usageReporting: usageReportingIn(environment),
  };
}

const defaultTraceRatio = '0.01';

function usageReportingIn(environment: HttpFlags['environment']): UsageReportingOptions | undefined {
  const { APOLLO_KEY: key, APOLLO_GRAPH_REF: ref, USAGE_REPORTING: choice, APOLLO_USAGE_REPORTING_ENDPOINT: endpoint, USAGE_REPORTING_TRACES: traces } = environment;
  if (!key || !ref || choice === 'off') return undefined;
  const traceRatio = Number(traces || defaultTraceRatio);
  if (!(traceRatio >= 0 && traceRatio <= 1)) throw new UsageError(`USAGE_REPORTING_TRACES has to be a number from 0 to 1, not "${traces}"`);
  if (endpoint && !/^https?:$/.test(URL.parse(endpoint)?.protocol ?? '')) throw new UsageError(`APOLLO_USAGE_REPORTING_ENDPOINT has to be an address with http or https, not "${endpoint}"`);
  return { traceRatio, ...(endpoint && { endpoint }) };
}

/** @throws {UsageError} for what no browser sends as its page's origin: it would be compared with each request in vain. */
export function originsIn(origins: readonly string[] | undefined): readonly string[] | undefined {
  const wrong = origins?.find((origin) => !/^[a-z][a-z0-9+.-]*:\/\/[^/?#@*\sA-Z]+$/.test(origin));
  if (wrong !== undefined) throw new UsageError(`--cors-origins has to be origins as browsers send them, like https://app.example or http://localhost:3000, not "${wrong}"`);
  return origins;
}

/** In lower case. @throws {UsageError} for what is no name in a Host header. */
export function hostsIn(hosts: readonly string[] | undefined): readonly string[] | undefined {
  const named = hosts?.map((host) => ({ host, name: allowedHost(host) }));
  const wrong = named?.find(({ name }) => name === undefined);
  if (wrong) throw new UsageError(`--allowed-hosts has to be host names without a port, like lab.example, .lab.example or *, not "${wrong.host}"`);
  return named?.flatMap(({ name }) => name ?? []);
}

/** In production a schema is hidden unless somebody wants it shown, as users of Apollo Server know it. */
function introspectionIn({ INTROSPECTION: text, NODE_ENV: mode }: HttpFlags['environment']): boolean {
  if (text !== undefined && text !== '' && text !== 'on' && text !== 'off') throw new UsageError(`INTROSPECTION has to be on or off, not "${text}"`);
  return text ? text === 'on' : mode !== 'production';
}
