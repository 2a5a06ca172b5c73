import { rebuildOutdatedViews } from '../rebuild-views';
import type { Stored } from '../commit';
import type { WorkerDefinition, WorkerPorts } from './definition';
import { BatchHandler } from './handle-batch';

const MAX_BATCH = 1_000;

/** One is decided while those before it are appended, projected and published. */
const BATCHES_IN_HAND = 4;

export interface Worker {
  /** Begins nothing more; resolves when what is in hand is done. */
  stop(): Promise<void>;
}

/**
 * Starts one service's worker: it brings outdated views up to date, then handles the service's commands. Any number of them may run on one group;
 * the log shares the partitions among them, and the event store refuses the one who works on an old state.
 */
export const startWorker = async <State, Command, Event extends Stored>(
  definition: WorkerDefinition<State, Command, Event>,
  ports: WorkerPorts,
): Promise<Worker> => {
  await rebuildOutdatedViews(definition, ports);
  const handler = new BatchHandler(definition, ports);
  const subscription = await ports.log.subscribe(
    { group: definition.group, topics: [definition.topic], maxBatch: definition.maxBatch ?? MAX_BATCH, batchesInHand: BATCHES_IN_HAND },
    (batch) => handler.handle(batch),
  );
  return { stop: () => subscription.stop() };
};
