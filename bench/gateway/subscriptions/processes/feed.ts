import { useServer } from 'graphql-ws/use/ws';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { subgraphSchema, subgraphServer } from '../../subgraph-server';
import { entry, type Entry } from '../events';
import { feedSdl } from '../feed-sdl';
import type { Publish } from '../messages';

/** A subgraph whose events can be followed from any place: `feed.js PORT HEAD`, where HEAD is the number of the last event there has been. */
const [port, first] = process.argv.slice(2).map(Number);

let head = first ?? 0;
/** Those that have read all there is. */
const waiting = new Set<() => void>();

const follow = (group: string, after: string | null | undefined): AsyncIterableIterator<{ added: Entry }> => {
  let place = after === undefined || after === null ? head : Number(after);
  let left = false;
  let wake: (() => void) | undefined;
  return {
    async next() {
      while (place >= head && !left) {
        await new Promise<void>((news) => {
          wake = news;
          waiting.add(news);
        });
      }
      if (left) return { value: undefined, done: true };
      place += 1;
      return { value: { added: entry(group, place) }, done: false };
    },
    return() {
      left = true;
      if (wake) waiting.delete(wake);
      wake?.();
      return Promise.resolve({ value: undefined, done: true });
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
};

const publish = (): void => {
  head += 1;
  const woken = [...waiting];
  waiting.clear();
  for (const wake of woken) wake();
};

const schema = subgraphSchema(feedSdl, {
  Query: { head: () => head },
});
const added = schema.getSubscriptionType()?.getFields()['added'];
if (!added) throw new Error('The schema has no subscription "added"');
added.subscribe = (_, { group, after }: { group: string; after?: string | null }) => follow(group, after);

const server = subgraphServer(schema);
useServer({ schema }, new WebSocketServer({ server, path: '/graphql' }));
server.listen(port, '127.0.0.1', () => process.send?.({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql` }));
process.on('message', (told: Partial<Publish>) => {
  if (told.publish) publish();
});
process.once('disconnect', () => process.exit(0));
