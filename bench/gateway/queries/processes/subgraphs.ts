import type { AddressInfo } from 'node:net';
import { subgraphSchema, subgraphServer } from '../../subgraph-server';
import { subgraphs } from '../laboratory';

/** Serves all subgraphs of the laboratory from one process, each at an address of its own; tells its parent which. */
const main = async (): Promise<void> => {
  const urls: Record<string, string> = {};
  for (const { name, sdl, resolvers } of subgraphs) {
    const server = subgraphServer(subgraphSchema(sdl, resolvers));
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    urls[name] = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
  }
  process.once('disconnect', () => process.exit(0));
  process.send?.(urls);
};

void main();
