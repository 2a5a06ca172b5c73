import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import { catalogue } from './catalogue';
import { Channels } from './channels';
import { feed, type Variant } from './feed';
import { people } from './people';
import type { Subgraph } from './subgraph';

/** Where the suite listens; the gateway under test has to reach them. */
export interface Ports {
  readonly feed: number;
  readonly catalogue: number;
  readonly people: number;
  /** Of the server of the public keys of the suite's tokens. */
  readonly keys: number;
}

export const subgraphs = (channels: Channels, variant?: Variant): readonly Subgraph[] => [feed(channels, variant), catalogue(channels), people];

/** The supergraph that a gateway under test has to serve, as SDL. */
export const supergraph = (ports: Ports, variant?: Variant): string => {
  const composed = composeServices(subgraphs(new Channels(), variant).map(({ name, sdl }) => ({ name, typeDefs: parse(sdl), url: `http://127.0.0.1:${ports[name as keyof Ports]}/graphql` })));
  if (composed.supergraphSdl === undefined) throw new Error(composed.errors.map(({ message }) => message).join('\n'));
  return composed.supergraphSdl;
};
