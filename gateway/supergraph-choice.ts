import type { ChosenSource } from './supergraph/chosen-source';
import { UsageError } from './usage-error';

/** What was given of where the supergraph comes from, by flag or by environment. */
export interface SupergraphFlags {
  readonly file: string | undefined;
  readonly watch: boolean;
  readonly url: string | undefined;
  /** As NAME=URL. */
  readonly introspect: readonly string[];
  readonly uplink: boolean;
  readonly pollMs: string | undefined;
  readonly apolloKey: string | undefined;
  readonly apolloGraphRef: string | undefined;
}

/**
 * The one source that was asked for; Apollo Uplink also where its key and its graph are given and nothing else is.
 * @throws {UsageError} if there is none, more than one, or one that can't be.
 */
export function supergraphChoice({ file, watch, url, introspect, uplink, pollMs: poll, apolloKey, apolloGraphRef }: SupergraphFlags): ChosenSource {
  const asked = [
    ...(file === undefined ? [] : ['--supergraph']), ...(url === undefined ? [] : ['--supergraph-url']),
    ...(introspect.length === 0 ? [] : ['--introspect']), ...(uplink ? ['--uplink'] : []),
  ];
  if (asked.length > 1) throw new UsageError(`The supergraph can come from one source only: ${asked.join(' or ')}`);
  const pollMs = poll === undefined ? undefined : millisecondsOf(poll);
  if (file !== undefined) return { kind: 'file', path: file, watch };
  if (url !== undefined) return { kind: 'url', url: addressOf('--supergraph-url', url), pollMs };
  if (introspect.length > 0) return { kind: 'introspection', subgraphs: introspect.map(subgraphOf), pollMs };
  if (!uplink && (!apolloKey || !apolloGraphRef)) {
    throw new UsageError('--supergraph FILE is missing: which supergraph is to be served? (Or --supergraph-url, --introspect, --uplink)');
  }
  if (!apolloKey || !apolloGraphRef) throw new UsageError(`--uplink needs ${apolloKey ? 'APOLLO_GRAPH_REF' : 'APOLLO_KEY'} in the environment`);
  return { kind: 'uplink', apiKey: apolloKey, graphRef: apolloGraphRef, pollMs };
}

function millisecondsOf(text: string): number {
  const milliseconds = Number(text);
  // More than that, a timer can't count.
  if (!/^\d+$/.test(text) || milliseconds < 100 || milliseconds > 86_400_000) throw new UsageError(`--poll-ms has to be a whole number from 100 to 86400000, not "${text}"`);
  return milliseconds;
}

function subgraphOf(entry: string): { readonly name: string; readonly url: string } {
  const [, name, url = ''] = /^([^=]+)=(.+)$/.exec(entry) ?? [];
  if (name === undefined) throw new UsageError(`--introspect has to be NAME=URL, not "${entry}"`);
  return { name, url: addressOf(`--introspect ${name}`, url).href };
}

function addressOf(flag: string, text: string): URL {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) throw new UsageError(`${flag} has to be an http or https address, not "${text}"`);
  return new URL(text);
}
