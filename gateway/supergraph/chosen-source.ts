import type { SubgraphAddress } from '../transport/subgraph-transport';
import { introspection, uplink } from './apollo-managers';
import { polledUrl } from './polled-url';
import type { SupergraphSource } from './supergraph-source';
import { watchedFile } from './watched-file';

/** Where somebody wants the supergraph to come from. */
export type ChosenSource =
  | { readonly kind: 'file'; readonly path: string; readonly watch: boolean }
  | { readonly kind: 'url'; readonly url: URL; readonly pollMs: number | undefined }
  | { readonly kind: 'introspection'; readonly subgraphs: readonly SubgraphAddress[]; readonly pollMs: number | undefined }
  | { readonly kind: 'uplink'; readonly apiKey: string; readonly graphRef: string; readonly pollMs: number | undefined };

export function supergraphSource(chosen: ChosenSource): SupergraphSource {
  switch (chosen.kind) {
    case 'file': return watchedFile(chosen.path, chosen);
    case 'url': return polledUrl(chosen.url, chosen);
    case 'introspection': return introspection(chosen.subgraphs, chosen);
    case 'uplink': return uplink(chosen, chosen);
  }
}
