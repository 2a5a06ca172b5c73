import { BoundedCache } from '../bounded-cache';
import { weightedList } from './weighted-list';

/** How an answer is told (GraphQL over HTTP, "Media Types" and "Status Codes"). */
export interface ResultFormat {
  readonly contentType: string;
  /** A document or variables that are no good are told with 200, as clients expect that know application/json only. */
  readonly isLegacy: boolean;
}

const modern: ResultFormat = { contentType: 'application/graphql-response+json; charset=utf-8', isLegacy: false };
const legacy: ResultFormat = { contentType: 'application/json; charset=utf-8', isLegacy: true };
/** For a client that takes anything: JSON by its best known name, with the statuses that say what is wrong. */
export const anyFormat: ResultFormat = { contentType: legacy.contentType, isLegacy: false };

/** The one that a wildcard means first comes first. */
const offered = [
  { name: 'application/json', named: legacy, byWildcard: anyFormat },
  { name: 'application/graphql-response+json', named: modern, byWildcard: modern },
];

/** Clients send few different ones. */
const known = new BoundedCache<string, ResultFormat | 'none'>(100);
const maxCachedLength = 200;

/** The format that an Accept header prefers; `none` if it takes no JSON. */
export function resultFormat(accept: string | undefined): ResultFormat | 'none' {
  if (accept === undefined || accept === '' || accept === '*/*') return anyFormat;
  const cached = known.get(accept);
  if (cached) return cached;
  const format = negotiate(accept);
  if (accept.length <= maxCachedLength) known.set(accept, format);
  return format;
}

function negotiate(accept: string): ResultFormat | 'none' {
  const entries = weightedList(accept).filter(({ charset }) => charset === undefined || charset === 'utf-8' || charset === 'utf8' || charset === '*');
  const find = (name: string): number => entries.findIndex((entry) => entry.name === name);
  const wildcard = [find('application/*'), find('*/*')].find((index) => index >= 0);
  const candidates = offered.map(({ name, named, byWildcard }) => {
    const own = find(name);
    const index = own >= 0 ? own : wildcard ?? -1;
    return { format: own >= 0 ? named : byWildcard, isNamed: own >= 0, index, weight: entries[index]?.weight ?? 0 };
  }).filter(({ weight }) => weight > 0);
  // Of equal weight, what was named comes before what a wildcard stands for, and what was named first before the other.
  const [best] = candidates.sort((a, b) => b.weight - a.weight || Number(b.isNamed) - Number(a.isNamed) || a.index - b.index);
  return best?.format ?? 'none';
}
