/**
 * Which headers reach subgraphs beside the identity. By default none of the client's do. Names are compared without regard to case; a name that ends with
 * `*` stands for all that begin like it. Without `subgraphs` a rule holds for all of them. What is inserted wins over what is propagated, and of several rules with
 * the same outcome the first that has a value.
 */
export interface HeaderRules {
  /** Keys of a client's connection_init payload that go along as headers. They win over headers that are propagated by the same name. */
  readonly propagateInit?: readonly PropagatedInit[];
  readonly propagate?: readonly PropagatedHeader[];
  /** Taken out of what is propagated. */
  readonly remove?: readonly RemovedHeader[];
  readonly insert?: readonly InsertedHeader[];
}

interface OfSubgraphs {
  /** By their names in the supergraph. */
  readonly subgraphs?: readonly string[] | undefined;
}

export interface PropagatedHeader extends OfSubgraphs {
  readonly name: string;
  /** What it is called on its way on; not for a name with `*`. */
  readonly rename?: string | undefined;
  /** Sent if the client sends none; not for a name with `*`. */
  readonly default?: string | undefined;
}

export interface PropagatedInit extends OfSubgraphs {
  /** A key of the payload, compared without regard to case. */
  readonly key: string;
  /** The header that carries its value; without it, one with the key's own name. */
  readonly header?: string | undefined;
}

export interface RemovedHeader extends OfSubgraphs {
  readonly name: string;
}

export interface InsertedHeader extends OfSubgraphs {
  readonly name: string;
  readonly value: string;
}

/** A rule can't be followed; `message` is one sentence for whoever wrote it. */
export class HeaderRuleRefused extends Error {
  override readonly name = 'HeaderRuleRefused';
}

/** Vouches for the caller. */
const identity = 'gateway-identity';

/**
 * What the transport itself says, what concerns one connection alone, what vouches for a caller, and `proxy`, which CGI programs take for their HTTP proxy: no rule
 * and no client sets them.
 */
const reserved = new Set([
  identity, 'proxy', 'host', 'content-length', 'content-type', 'content-encoding', 'accept', 'accept-encoding', 'connection', 'keep-alive', 'te', 'trailer',
  'transfer-encoding', 'upgrade', 'expect', 'http2-settings', 'last-event-id',
]);

/** Whether no rule may set it. */
export function isReserved(name: string): boolean {
  const folded = fold(name);
  return reserved.has(folded) || folded.startsWith('proxy-') || folded.startsWith('sec-') || name.startsWith(':');
}

/** Whether a server may take it for the header that vouches for the caller. */
export function isIdentity(name: string): boolean {
  return fold(name) === identity;
}

/** Servers behind CGI, WSGI, Rack or FastCGI get a header as a variable: `Gateway_Identity`, `gateway.identity` and `gateway-identity` are one there, HTTP_GATEWAY_IDENTITY. */
const fold = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9:]/g, '-');

const token = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;

export function isHeaderValue(value: string): boolean {
  return !/[^\t\x20-\x7e\x80-\xff]/.test(value);
}

/** @throws {HeaderRuleRefused} naming the first rule that can't be followed. */
export function checkRules({ propagateInit = [], propagate = [], remove = [], insert = [] }: HeaderRules): void {
  for (const { key, header } of propagateInit) {
    if (key === '') throw new HeaderRuleRefused('A key of connection_init that is propagated needs a name');
    checkName(header ?? key, { mayBeEmpty: false, isSent: true });
  }
  for (const { name, rename, default: value } of propagate) {
    const isPattern = name.endsWith('*');
    checkName(isPattern ? name.slice(0, -1) : name, { mayBeEmpty: isPattern, isSent: !isPattern && rename === undefined });
    if (isPattern && (rename !== undefined || value !== undefined)) throw new HeaderRuleRefused(`Headers that are propagated as "${name}" have neither a new name nor a default`);
    if (rename !== undefined) checkName(rename, { mayBeEmpty: false, isSent: true });
    if (value !== undefined) checkValue(name, value);
  }
  for (const { name } of remove) checkName(name.replace(/\*$/, ''), { mayBeEmpty: name === '*', isSent: false });
  for (const { name, value } of insert) {
    checkName(name, { mayBeEmpty: false, isSent: true });
    checkValue(name, value);
  }
}

function checkName(name: string, { mayBeEmpty, isSent }: { readonly mayBeEmpty: boolean; readonly isSent: boolean }): void {
  const lower = name.toLowerCase();
  if (!(mayBeEmpty && lower === '') && (!token.test(lower) || lower.includes('*'))) throw new HeaderRuleRefused(`"${name}" is no name of a header`);
  if (isIdentity(lower)) throw new HeaderRuleRefused(`The header ${identity} is the gateway's own: no client's may take its place, nor "${name}", which servers may take for it`);
  if (isSent && isReserved(lower)) throw new HeaderRuleRefused(`The header "${name}" is the connection's own and can't be set by a rule`);
}

function checkValue(name: string, value: string): void {
  if (!isHeaderValue(value)) throw new HeaderRuleRefused(`The value of the header "${name}" has a character that no header may have`);
}
