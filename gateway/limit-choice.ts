import { defaultLimits } from './config';
import type { GatewayConfig, GatewayLimits } from './config';
import type { RateLimit } from './security/rate-limiter';
import { UsageError } from './usage-error';

/** What the command line says of limits and of documents that are known beforehand. */
interface LimitFlags {
  /** `NAME=N`, each. */
  readonly limit: readonly string[];
  readonly rateLimit: string | undefined;
  readonly trustedDocuments: string | undefined;
  readonly otherDocuments: boolean;
  readonly clientQueries: boolean;
}

export type LimitChoice = Pick<GatewayConfig, 'limits' | 'rateLimit' | 'trustedDocuments' | 'persistedQueries'>;

/** @throws {UsageError} naming the first thing that is wrong. */
export function limitChoice({ limit, rateLimit, trustedDocuments, otherDocuments, clientQueries }: LimitFlags): LimitChoice {
  if (otherDocuments && trustedDocuments === undefined) throw new UsageError('--other-documents goes with --trusted-documents: without it all documents are executed');
  return {
    limits: Object.fromEntries(limit.map(limitOf)),
    persistedQueries: clientQueries,
    ...(rateLimit === undefined ? {} : { rateLimit: rateLimitOf(rateLimit) }),
    ...(trustedDocuments === undefined ? {} : { trustedDocuments: { file: trustedDocuments, only: !otherDocuments } }),
  };
}

function limitOf(entry: string): [keyof GatewayLimits, number] {
  const [, name, number] = /^(\w+)=(\d+)$/.exec(entry) ?? [];
  if (name === undefined) throw new UsageError(`--limit has to be NAME=N, not "${entry}"`);
  if (!isLimit(name)) throw new UsageError(`--limit knows no "${name}", but ${Object.keys(defaultLimits).join(', ')}`);
  return [name, Number(number)];
}

function isLimit(name: string): name is keyof GatewayLimits {
  return Object.hasOwn(defaultLimits, name);
}

function rateLimitOf(text: string): RateLimit {
  const [, perSecond, burst, by] = /^(\d+(?:\.\d+)?):(\d+)(?::(cost|operation))?$/.exec(text) ?? [];
  const limit = { perSecond: Number(perSecond), burst: Number(burst), by: by === 'operation' ? 'operation' as const : 'cost' as const };
  if (!(limit.perSecond > 0 && limit.burst >= 1)) throw new UsageError(`--rate-limit has to be PER_SECOND:BURST or PER_SECOND:BURST:operation, both above 0, not "${text}"`);
  return limit;
}
