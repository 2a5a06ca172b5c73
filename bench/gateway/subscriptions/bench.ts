import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { line } from '../../line';
import { medianOf } from '../median';
import type { GatewayBenchOptions } from '../options';
import { startOurs } from '../queries/peers';
import { writeSupergraph } from '../supergraph-file';
import { Crowd } from './crowd';
import { deliver, type Delivery } from './delivery';
import { feedSdl } from './feed-sdl';
import { collecting, each, memoryAtRest, type Memory } from './memory';
import { Publisher } from './publisher';
import { resume, type Resumption } from './resumption';

const GROUPS = [1, 1_000];

interface Side {
  readonly memory: Memory;
  readonly delivery: Delivery;
}

interface SubscriptionFigures {
  readonly groups: number;
  readonly gateway?: Side;
  readonly bare?: Side;
  readonly resumption?: Omit<Resumption, 'feed'>;
  readonly failure?: string;
}

/** As many subscribers as asked for, on one gateway and on one bare WebSocket server, which take turns: all of one group, and of a thousand. */
export const benchSubscriptions = async (options: GatewayBenchOptions): Promise<readonly SubscriptionFigures[]> => {
  const figures: SubscriptionFigures[] = [];
  for (const groups of GROUPS) {
    console.log(`\n${options.subscribers} subscribers, ${groups === 1 ? 'all of one group' : `of ${groups} groups`}`);
    const measured = await ofGroups(groups, options).catch((error: unknown) => ({ groups, failure: error instanceof Error ? error.message : String(error) }));
    if ('failure' in measured && measured.failure !== undefined) line('Not measured to the end', measured.failure);
    figures.push(measured);
  }
  return figures;
};

const ofGroups = async (groups: number, { subscribers, rounds, seconds, oneId }: GatewayBenchOptions): Promise<SubscriptionFigures> => {
  const directory = mkdtempSync(join(tmpdir(), 'gateway-bench-'));
  const close: (() => unknown)[] = [() => rmSync(directory, { recursive: true, force: true })];
  let feed = await Publisher.feed();
  close.push(() => feed.process.stop());
  try {
    const gateway = await startOurs(writeSupergraph(directory, [{ name: 'feed', sdl: feedSdl, url: feed.url }]), collecting());
    close.push(() => gateway.process.stop());
    const bare = await Publisher.bare(collecting());
    close.push(() => bare.process.stop());

    const gather = async (server: { url: string; process: Publisher['process'] }, publish: () => void) => {
      const before = await memoryAtRest(server.process);
      const crowd = await Crowd.gather({ url: server.url, subscribers, groups, oneId }, publish);
      close.push(() => crowd.leave());
      return { crowd, memory: each(before, await memoryAtRest(server.process), subscribers) };
    };
    const ofGateway = await gather(gateway, () => feed.publish());
    printMemory('gateway', ofGateway.memory);
    const ofBare = await gather(bare, bare.publish);
    printMemory('bare ws', ofBare.memory);

    const deliveries: { gateway: Delivery; bare: Delivery }[] = [];
    for (let round = 0; round <= rounds; round += 1) {
      const both = {
        gateway: await deliver(feed, gateway.process, ofGateway.crowd, subscribers, seconds),
        bare: await deliver(bare, bare.process, ofBare.crowd, subscribers, seconds),
      };
      // The first warms up.
      if (round > 0) deliveries.push(both);
    }
    const delivery = { gateway: medianDelivery(deliveries.map((both) => both.gateway)), bare: medianDelivery(deliveries.map((both) => both.bare)) };
    printDelivery(delivery);

    const resumed = await resume(feed, ofGateway.crowd);
    feed = resumed.feed;
    const { fromKill, fromReturn, counts } = resumed;
    line(`Upstream killed, all ${subscribers} resumed`, `${fromKill.toFixed(2)} s after the kill, ${fromReturn.toFixed(2)} s after it was back`);
    line('Of all that was published', `${counts.lost} lost, ${counts.doubled} doubled, ${counts.ended} subscriptions ended${counts.firstEnd === undefined ? '' : ` (${counts.firstEnd})`}; ${counts.delivered} delivered`);
    return {
      groups, gateway: { memory: ofGateway.memory, delivery: delivery.gateway }, bare: { memory: ofBare.memory, delivery: delivery.bare }, resumption: { fromKill, fromReturn, counts },
    };
  } finally {
    for (const stop of close.reverse()) await stop();
  }
};

const medianDelivery = (rounds: readonly Delivery[]): Delivery => ({
  perSecond: medianOf(rounds.map(({ perSecond }) => perSecond)), cpuMicroseconds: medianOf(rounds.map(({ cpuMicroseconds }) => cpuMicroseconds)), busy: medianOf(rounds.map(({ busy }) => busy)),
});

const kilobytes = (bytes: number): string => `${(bytes / 1_024).toFixed(1)} KB`;

const printMemory = (whose: string, { resident, residentCollected, heapCollected }: Memory): void =>
  line(`Memory of each subscriber, ${whose}`, `${kilobytes(resident)} at rest; garbage collected ${kilobytes(residentCollected)}, of which JavaScript's ${kilobytes(heapCollected)}`);

const printDelivery = ({ gateway, bare }: { readonly gateway: Delivery; readonly bare: Delivery }): void => {
  const told = ({ perSecond, cpuMicroseconds, busy }: Delivery): string => `${perSecond.toFixed(0)}/s, ${cpuMicroseconds.toFixed(2)} µs of CPU each, ${(busy * 100).toFixed(0)}% of a core`;
  line('Events delivered, gateway', told(gateway));
  line('Events delivered, bare ws', told(bare));
  line('The gateway reaches', `${((gateway.perSecond / bare.perSecond) * 100).toFixed(0)}% by rate, ${((bare.cpuMicroseconds / gateway.cpuMicroseconds) * 100).toFixed(0)}% by CPU time`);
};
