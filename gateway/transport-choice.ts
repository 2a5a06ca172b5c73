import type { HttpTransportOptions } from './transport/http-transport';
import { checkRules, HeaderRuleRefused } from './transport/header-rules';
import type { HeaderRules } from './transport/header-rules';
import { UsageError } from './usage-error';

/** What the command line and the environment say of the way to subgraphs, as it is written there. */
interface TransportFlags {
  readonly timeout: readonly string[];
  readonly retries: string | undefined;
  readonly singleFlightMs: string | undefined;
  readonly maxResponseBytes: string | undefined;
  readonly compressAboveBytes: string | undefined;
  readonly ownSockets: readonly string[];
  readonly sse: readonly string[];
  readonly persistedQueries: readonly string[];
  readonly propagate: readonly string[];
  readonly insertHeader: readonly string[];
  readonly propagateInit: readonly string[];
}

/** How subgraphs are called. */
export interface TransportChoice {
  /** The subgraphs that it speaks of by name. */
  readonly named: readonly string[];
  optionsFor(subgraph: string): HttpTransportOptions;
  readonly headers: HeaderRules;
}

/** @throws {UsageError} naming the first thing that is wrong. */
export function transportChoice(flags: TransportFlags): TransportChoice {
  const { ownSockets, sse, persistedQueries } = flags;
  const timeouts = timeoutsOf(flags.timeout);
  const ofAll = {
    ...(flags.retries === undefined ? {} : { retries: wholeNumber('--retries', flags.retries) }),
    ...(flags.singleFlightMs === undefined ? {} : { singleFlightMs: wholeNumber('--single-flight-ms', flags.singleFlightMs) }),
    ...(flags.maxResponseBytes === undefined ? {} : { maxResponseBytes: wholeNumber('--max-response-bytes', flags.maxResponseBytes) }),
    ...(flags.compressAboveBytes === undefined ? {} : { compressAboveBytes: wholeNumber('--compress-above', flags.compressAboveBytes) }),
  };
  const both = ownSockets.find((name) => sse.includes(name));
  if (both !== undefined) throw new UsageError(`The subgraph "${both}" can have its subscriptions by --own-sockets or by --sse, not by both`);
  const headers = { propagateInit: flags.propagateInit.map(propagatedInit), propagate: flags.propagate.map(propagated), insert: flags.insertHeader.map(inserted) };
  try {
    checkRules(headers);
  } catch (error) {
    throw error instanceof HeaderRuleRefused ? new UsageError(error.message, { cause: error }) : error;
  }
  const bySubgraph = [...headers.propagateInit, ...headers.propagate].flatMap(({ subgraphs = [] }) => subgraphs);
  return {
    named: [...[...timeouts.keys()].filter((name) => name !== everybody), ...ownSockets, ...sse, ...persistedQueries, ...bySubgraph],
    headers,
    optionsFor: (name) => ({
      ...ofAll,
      timeoutMs: timeouts.get(name) ?? timeouts.get(everybody),
      subscriptions: ownSockets.includes(name) ? 'per subscription' : sse.includes(name) ? 'event stream' : 'shared',
      persistedQueries: persistedQueries.includes(name),
    }),
  };
}

/** No subgraph is called so. */
const everybody = '';
/** The longest that a timer can wait, in milliseconds. */
const longestMs = 2 ** 31 - 1;

function timeoutsOf(entries: readonly string[]): ReadonlyMap<string, number> {
  const timeouts = new Map<string, number>();
  for (const entry of entries) {
    const [, name = everybody, text = ''] = /^(?:([^=]+)=)?(.*)$/.exec(entry) ?? [];
    const timeout = Number(text);
    if (!/^\d+$/.test(text) || timeout < 1 || timeout > longestMs) throw new UsageError(`--timeout has to be NAME=MILLISECONDS, or MILLISECONDS for all subgraphs, not "${entry}"`);
    if (timeouts.has(name)) throw new UsageError(`--timeout ${entry} is the second one for the same`);
    timeouts.set(name, timeout);
  }
  return timeouts;
}

function wholeNumber(flag: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new UsageError(`${flag} has to be a whole number, not "${text}"`);
  return Number(text);
}

function propagated(entry: string) {
  const [, name = '', rename, subgraphs] = /^([^=@]*)(?:=([^@]*))?(?:@(.*))?$/.exec(entry) ?? [];
  if (name === '') throw new UsageError(`--propagate has to be HEADER, HEADER=NEWNAME or HEADER@SUBGRAPH|SUBGRAPH, not "${entry}"`);
  return { name, rename, subgraphs: subgraphs?.split('|') };
}

function propagatedInit(entry: string) {
  const [, key = '', header, subgraphs] = /^([^=@]*)(?:=([^@]*))?(?:@(.*))?$/.exec(entry) ?? [];
  if (key === '') throw new UsageError(`--propagate-init has to be KEY, KEY=HEADER or KEY@SUBGRAPH|SUBGRAPH, not "${entry}"`);
  return { key, header, subgraphs: subgraphs?.split('|') };
}

function inserted(entry: string) {
  const [, name, value = ''] = /^([^=]+)=(.*)$/s.exec(entry) ?? [];
  if (name === undefined) throw new UsageError(`--insert-header has to be HEADER=VALUE, not "${entry}"`);
  return { name, value };
}
