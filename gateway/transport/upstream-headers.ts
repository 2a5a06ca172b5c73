import { checkRules, isHeaderValue, isIdentity, isReserved } from './header-rules';
import type { HeaderRules, PropagatedHeader } from './header-rules';
import type { SubgraphTransport } from './subgraph-transport';

/** Names in lower case. */
export type Headers = Readonly<Record<string, string>>;

/** Of names that stand for keys of connection_init. No header of a request can have a colon in its name. */
const initPrefix = 'connection_init:';
const none: Headers = Object.freeze({});

/**
 * The way of a client's headers to the subgraphs, by rule. {@link take} picks at the edge what any rule speaks of, which travels with the operation as its
 * `clientHeaders`; the transports made by {@link onto} send of it what their subgraph may have, under the names it is to have.
 */
export class UpstreamHeaders {
  private readonly fromInit: readonly PropagatedHeader[];
  private readonly sources: readonly ((name: string) => boolean)[];
  private readonly exact: readonly string[] | undefined;

  /** @throws {HeaderRuleRefused} naming the first rule that can't be followed. */
  constructor(private readonly rules: HeaderRules = {}) {
    checkRules(rules);
    this.fromInit = (rules.propagateInit ?? []).map(({ key, header, subgraphs }) => ({ name: initPrefix + key.toLowerCase(), rename: header ?? key, subgraphs }));
    const names = (rules.propagate ?? []).map(({ name }) => name);
    this.sources = [...this.fromInit.map(({ name }) => name), ...names].map(matcher);
    this.exact = names.some((name) => name.endsWith('*')) ? undefined : [...new Set(names.map((name) => name.toLowerCase()))];
  }

  /** What of a client's headers may go to some subgraph: all that operations with the same caller may differ in for them. Names given in lower case. */
  take(client: Readonly<Record<string, string | readonly string[] | undefined>>): Headers {
    if (this.exact?.length === 0) return none;
    const taken: [string, string][] = [];
    for (const name of this.exact ?? Object.keys(client)) {
      const value = Object.hasOwn(client, name) ? client[name] : undefined;
      const text = typeof value === 'string' ? value : value?.join(', ');
      if (text !== undefined && isHeaderValue(text) && this.speaksOf(name)) taken.push([name, text]);
    }
    return taken.length === 0 ? none : Object.fromEntries(taken);
  }

  /** What of the payload of a socket's connection_init may go to some subgraph, as {@link take} has it for headers. Texts, numbers and booleans go along. */
  takeInit(payload: Readonly<Record<string, unknown>>): Headers {
    if (this.fromInit.length === 0) return none;
    const given = new Map(Object.entries(payload).map(([key, value]) => [initPrefix + key.toLowerCase(), value]));
    const taken = this.fromInit.flatMap(({ name }): [string, string][] => {
      const value = given.get(name);
      const text = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
      return text !== undefined && isHeaderValue(text) ? [[name, text]] : [];
    });
    return taken.length === 0 ? none : Object.fromEntries(taken);
  }

  /** The same transport, which sends what the rules say. */
  onto(subgraph: string, transport: SubgraphTransport): SubgraphTransport {
    const rewrite = this.rewriting(subgraph);
    if (!rewrite) return transport;
    // An identity's headers are one object while they are valid: so then are those that are sent.
    const sent = new WeakMap<Headers, Headers>();
    const headersOf = (headers: Headers): Headers => {
      let known = sent.get(headers);
      if (!known) sent.set(headers, known = rewrite(headers));
      return known;
    };
    return {
      execute: (request) => transport.execute({ ...request, headers: headersOf(request.headers) }),
      subscribe: (request) => transport.subscribe({ ...request, headers: headersOf(request.headers) }),
      stop: () => transport.stop(),
      ...(transport.reach ? { reach: () => transport.reach?.() ?? { kind: 'unknown' } } : {}),
    };
  }

  private speaksOf(name: string): boolean {
    return !isIdentity(name) && this.sources.some((matches) => matches(name));
  }

  private rewriting(subgraph: string): ((headers: Headers) => Headers) | undefined {
    const concerning = <Rule extends { readonly subgraphs?: readonly string[] | undefined }>(rules: readonly Rule[] = []): readonly Rule[] =>
      rules.filter(({ subgraphs }) => !subgraphs || subgraphs.includes(subgraph));
    const propagated = concerning([...this.fromInit, ...(this.rules.propagate ?? [])]).map(({ name, rename, default: value }) => ({ matches: matcher(name), name: name.toLowerCase(), target: (rename ?? name).toLowerCase(), value }));
    const removed = concerning(this.rules.remove).map(({ name }) => matcher(name));
    const inserted = concerning(this.rules.insert).map(({ name, value }) => [name.toLowerCase(), value] as const);
    // With rules for other subgraphs alone there still is something to do: to leave out what is theirs.
    if (this.sources.length === 0 && inserted.length === 0) return undefined;

    return (headers) => {
      const result = new Map<string, string>();
      for (const { matches, name, target, value } of propagated) {
        if (target.endsWith('*')) {
          for (const [sent, text] of Object.entries(headers)) if (!sent.startsWith(initPrefix) && this.speaksOf(sent) && matches(sent) && !isReserved(sent) && !result.has(sent)) result.set(sent, text);
        } else {
          const text = Object.hasOwn(headers, name) ? headers[name] : value;
          if (text !== undefined && !result.has(target)) result.set(target, text);
        }
      }
      for (const name of result.keys()) if (removed.some((matches) => matches(name))) result.delete(name);
      for (const [name, text] of Object.entries(headers)) if (!this.speaksOf(name)) result.set(name, text);
      for (const [name, text] of inserted) result.set(name, text);
      return Object.fromEntries(result);
    };
  }
}

/** What an operation's transports are given: who asks, and what of the client's own headers goes along. The identity has the last word. */
export function headersFor(identity: Headers, clientHeaders: Headers | undefined): Headers {
  return !clientHeaders || clientHeaders === none ? identity : { ...clientHeaders, ...identity };
}

/**
 * Equal for operations whose clients' headers are the same to every subgraph: with the claims that go upstream, what operations have to agree in to share an
 * answer. `clientHeaders` as {@link UpstreamHeaders.take} gives them; identities are not meant, whose tokens change while their claims stay.
 */
export function keyOfHeaders(clientHeaders: Headers | undefined): string {
  const entries = Object.entries(clientHeaders ?? none);
  return entries.length === 0 ? '' : JSON.stringify(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function matcher(pattern: string): (name: string) => boolean {
  const lower = pattern.toLowerCase();
  if (!lower.endsWith('*')) return (name) => name === lower;
  const start = lower.slice(0, -1);
  return (name) => name.startsWith(start);
}
