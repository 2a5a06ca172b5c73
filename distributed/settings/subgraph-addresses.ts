import type { Parser } from '@test-planning/kernel/configuration';
import { processes } from '../topology';

/** By the subgraph's name; several addresses take turns. */
export type SubgraphAddresses = ReadonlyMap<string, readonly string[]>;

const names = new Set<string>(processes.flatMap((process) => (process.kind === 'api' ? [process.service] : [])));

const isAddress = (text: string): boolean => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);

/** `name=URL|URL,name=URL` */
export const subgraphAddresses: Parser<SubgraphAddresses> = {
  expected: `a list of addresses as experiments=http://host:4001/graphql, separated by commas, each name (${[...names].join(', ')}) once`,
  parse: (given) => {
    const addresses = new Map<string, readonly string[]>();
    for (const item of given.split(',').map((part) => part.trim()).filter(Boolean)) {
      const [, name, urls] = /^(\w+)=(\S+)$/.exec(item) ?? [];
      if (name === undefined || urls === undefined || !names.has(name) || addresses.has(name) || !urls.split('|').every(isAddress)) return undefined;
      addresses.set(name, urls.split('|'));
    }
    return addresses;
  },
};
