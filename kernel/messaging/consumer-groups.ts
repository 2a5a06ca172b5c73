import type { Logger } from '../telemetry/logger';
import type { BackOff } from './back-off';
import type { FailingPartition } from './failing-partition';
import type { HandleBatch, LogSubscription, SubscribeOptions } from './log';
import { PartitionReader, type PartitionPlace, type PartitionStorage } from './partition-reader';

const DEFAULT_MAX_BATCH = 512;

interface Member {
  options: SubscribeOptions;
  handle: HandleBatch;
}

/** One partition as a group sees it: who has it, and the last change of that, behind which the next one queues. */
interface Slot {
  place: PartitionPlace;
  owner: Member | undefined;
  reader: PartitionReader | undefined;
  handover: Promise<void>;
}

interface Group {
  name: string;
  members: Member[];
  slots: Map<string, Slot>;
}

interface ConsumerGroupsOptions {
  partitions: number;
  storage: PartitionStorage;
  /** At most this many batches of one partition are in hand at a time, whatever a subscription asks for. */
  mostBatchesInHand: number;
  backOff: BackOff;
  logger: Logger;
}

/** Consumer groups of a log inside this process: shares each group's partitions among its members, one member each at any time. */
export class ConsumerGroups {
  readonly #groups = new Map<string, Group>();
  readonly #options: ConsumerGroupsOptions;

  constructor(options: ConsumerGroupsOptions) {
    this.#options = options;
  }

  join(options: SubscribeOptions, handle: HandleBatch): LogSubscription {
    const group = this.#group(options.group);
    const member: Member = { options, handle };
    group.members.push(member);
    this.#share(group);
    return {
      stop: async () => {
        const had = [...group.slots.values()].filter(({ owner }) => owner === member);
        group.members = group.members.filter((other) => other !== member);
        this.#share(group);
        await Promise.all(had.map(({ handover }) => handover));
      },
    };
  }

  /** There may be something new in a partition. */
  wake(place: PartitionPlace): void {
    for (const { slots } of this.#groups.values()) slots.get(slotKey(place))?.reader?.wake();
  }

  /** Partitions in which a member keeps failing. */
  failing(): FailingPartition[] {
    return [...this.#groups.values()].flatMap(({ slots }) => [...slots.values()].flatMap(({ reader }) => reader?.failing ?? []));
  }

  /** Ends every subscription; resolves when the batches in hand are done. */
  async stop(): Promise<void> {
    for (const group of this.#groups.values()) {
      group.members = [];
      this.#share(group);
    }
    await Promise.all([...this.#groups.values()].flatMap(({ slots }) => [...slots.values()].map(({ handover }) => handover)));
  }

  #group(name: string): Group {
    const known = this.#groups.get(name);
    if (known) return known;
    const group: Group = { name, members: [], slots: new Map() };
    this.#groups.set(name, group);
    return group;
  }

  #share(group: Group): void {
    const topics = new Set([...group.members.flatMap(({ options }) => options.topics), ...[...group.slots.values()].map(({ place }) => place.topic)]);
    for (const topic of topics) {
      const candidates = group.members.filter(({ options }) => options.topics.includes(topic));
      for (let partition = 0; partition < this.#options.partitions; partition += 1) {
        this.#give(group, { topic, partition }, candidates[partition % candidates.length]);
      }
    }
  }

  /** Lets the member before finish what it has in hand, then lets the next one begin. */
  #give(group: Group, place: PartitionPlace, owner: Member | undefined): void {
    const slot = group.slots.get(slotKey(place)) ?? { place, owner: undefined, reader: undefined, handover: Promise.resolve() };
    group.slots.set(slotKey(place), slot);
    if (slot.owner === owner) return;
    slot.owner = owner;
    const stopped = slot.reader?.stop();
    slot.handover = slot.handover.then(async () => {
      await stopped;
      // While this waited, the partition may have been given on.
      slot.reader = slot.owner === owner && owner ? this.#read(group, place, owner) : undefined;
    });
  }

  #read(group: Group, place: PartitionPlace, { options, handle }: Member): PartitionReader {
    const { storage, mostBatchesInHand, backOff, logger } = this.#options;
    const { maxBatch = DEFAULT_MAX_BATCH, batchesInHand = 1 } = options;
    return new PartitionReader({
      group: group.name, place, storage, handle, backOff, logger, maxBatch, batchesInHand: Math.min(batchesInHand, mostBatchesInHand),
    });
  }
}

const slotKey = ({ topic, partition }: PartitionPlace): string => `${topic}/${partition}`;
