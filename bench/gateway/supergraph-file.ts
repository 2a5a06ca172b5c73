import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface SubgraphToCompose {
  readonly name: string;
  readonly sdl: string;
  readonly url: string;
}

/** Writes the supergraph of these subgraphs into the directory. @throws {Error} with composition's own reasons. */
export const writeSupergraph = (directory: string, subgraphs: readonly SubgraphToCompose[]): string => {
  const { supergraphSdl, errors } = composeServices(subgraphs.map(({ name, sdl, url }) => ({ name, url, typeDefs: parse(sdl) })));
  if (supergraphSdl === undefined) throw new Error(`The subgraphs can't be composed: ${(errors ?? []).map(({ message }) => message).join('; ')}`);
  const file = join(directory, 'supergraph.graphql');
  writeFileSync(file, supergraphSdl);
  return file;
};
