import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

/** Whether a request is for this server, by the names in its Host header and in its target. */
export type HostCheck = (request: IncomingMessage) => boolean;

interface HostCheckOptions {
  /** The address or name that the server listens at. */
  readonly listening: string;
  /**
   * Further names, in lower case: `lab.example`; `.lab.example` for all names below it; `*` for every name. Undefined: every name, unless `listening` is a loopback
   * address, which only programs on this machine reach, and pages in their browsers.
   */
  readonly allowed: readonly string[] | undefined;
}

/** Answers for this many Host headers are kept. */
const MOST_KNOWN = 100;

/**
 * Refuses names that are not the server's own. A page whose domain was made to point to this machine (DNS rebinding) is same-origin for its browser, but its
 * requests carry the page's name. Loopback names, `listening`, and the address at which the connection arrived are always the server's own; the port does not count.
 */
export function hostCheck({ listening, allowed }: HostCheckOptions): HostCheck {
  if (allowed === undefined ? !isLoopback(nameIn(listening) ?? '') : allowed.includes('*')) return () => true;
  const exact = new Set([nameIn(listening), ...allowed ?? []]);
  const endings = (allowed ?? []).filter((name) => name.startsWith('.'));
  const known = new Map<string, boolean>();

  const isOwn = (host: string): boolean => {
    const name = nameIn(host);
    return name !== undefined && (isLoopback(name) || exact.has(name) || endings.some((ending) => name.endsWith(ending)));
  };
  const isOwnName = (host: string): boolean => {
    const before = known.get(host);
    if (before !== undefined) return before;
    const answer = isOwn(host);
    if (known.size < MOST_KNOWN) known.set(host, answer);
    return answer;
  };

  return ({ headers: { host }, url, socket }) => {
    const named = [host ?? '', ...(url?.startsWith('/') === false ? hostOfTarget(url) : [])];
    return named.every((each) => isOwnName(each) || nameIn(each) === nameOfAddress(socket.localAddress));
  };
}

/** Of a request to a proxy, whose target has the scheme and the host. */
const hostOfTarget = (url: string): readonly string[] => {
  const host = /^https?:\/\/([^/?#]*)/i.exec(url)?.[1];
  return host === undefined ? [] : [host];
};

/** An entry of {@link HostCheckOptions.allowed} as it is compared, or undefined for a text that is none. */
export function allowedHost(text: string): string | undefined {
  if (text === '*') return text;
  if (isIP(text) === 0 && text.includes(':')) return undefined;
  const below = text.startsWith('.');
  const name = nameIn(below ? text.slice(1) : text);
  return name !== undefined && below ? `.${name}` : name;
}

/** The name or address in `host:port`, as URLs write it, without the dot of a full name. Undefined for what is neither. */
function nameIn(host: string): string | undefined {
  const text = isIP(host) === 6 ? `[${host}]` : host;
  if (!/^(\[[0-9a-f:.]+\]|[\w.-]+)(:\d{1,5})?$/i.test(text) || !URL.canParse(`http://${text}`)) return undefined;
  return new URL(`http://${text}`).hostname.replace(/\.$/, '');
}

/** A connection's own address; IPv4 comes as `::ffff:a.b.c.d` on a socket for both. */
const nameOfAddress = (address: string | undefined): string | undefined => (address === undefined ? undefined : nameIn(address.replace(/^::ffff:(?=\d+\.)/i, '')));

const isLoopback = (name: string): boolean => name === 'localhost' || name.endsWith('.localhost') || /^127(\.\d+){3}$/.test(name) || name === '[::1]' || name === '[::ffff:7f00:1]';
