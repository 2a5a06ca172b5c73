import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { residentBytes } from '../process-figures';
import { message, type Spawned } from '../spawned';

/** Long enough for timers of a second or two, and for the collector to do on its own what it does when nothing comes. */
const REST_MS = 3_000;
const COLLECTED_WITHIN_MS = 60_000;

/** With these the server can be told to collect garbage; nothing else of it is changed. */
export const collecting = (): readonly string[] => ['--expose-gc', '--require', join(__dirname, 'gateway/collect-when-told.js')];

/** Bytes. */
export interface Memory {
  /** In RAM after a rest. */
  readonly resident: number;
  /** In RAM after garbage was collected as well. */
  readonly residentCollected: number;
  /** JavaScript's own, with its buffers, after that. */
  readonly heapCollected: number;
}

export const memoryAtRest = async (server: Spawned): Promise<Memory> => {
  await pause(REST_MS);
  const resident = residentBytes(server.pid);
  const told = message(server, COLLECTED_WITHIN_MS, 'garbage to be collected');
  server.child.send({ collect: true });
  const { heapBytes } = (await told) as { heapBytes: number };
  return { resident, residentCollected: residentBytes(server.pid), heapCollected: heapBytes };
};

/** What each of so many subscribers takes. */
export const each = (before: Memory, after: Memory, subscribers: number): Memory => ({
  resident: (after.resident - before.resident) / subscribers,
  residentCollected: (after.residentCollected - before.residentCollected) / subscribers,
  heapCollected: (after.heapCollected - before.heapCollected) / subscribers,
});
