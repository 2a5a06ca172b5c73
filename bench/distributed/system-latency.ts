import { startDistributed } from '../../tests/system/distributed-processes';
import { line } from '../line';
import { inMilliseconds, quantiles } from '../quantiles';
import { measureLatency, type Trip } from '../system/latency';
import type { Addresses } from './addresses';
import { dropAll, openLog } from './servers';
import { watchLog, type Seen } from './stages';

const PER_SECOND = 50;
const SECONDS = 10;
/** What the system under measurement is started with. */
const SYSTEM_PARTITIONS = 4;

const stagesOf = (trips: readonly Trip[], { commands, events }: Seen): [string, number[]][] => {
  const known = trips.flatMap((trip) => {
    const [command, event] = [commands.get(trip.commandId), events.get(trip.commandId)];
    return command === undefined || event === undefined ? [] : [{ ...trip, command, event }];
  });
  return [
    ['sent, to its command read from the log by another consumer', known.map(({ sent, command }) => command - sent)],
    ['sent, to accepted (the same, seen by the client)', trips.map(({ sent, accepted }) => accepted - sent)],
    ['its command read, to its event read: decided, stored, projected, published', known.map(({ command, event }) => event - command)],
    ['its event read, to its notification received: recorded, followed, delivered', known.map(({ event, notified }) => notified - event)],
  ];
};

/** From a mutation sent to its notification received, through all processes; once with one worker of each kind, once with more. */
export const benchSystemLatency = async (at: Addresses, what: string, args: readonly string[]): Promise<void> => {
  const system = await startDistributed(args);
  const log = await openLog(at.brokers, system.prefix, SYSTEM_PARTITIONS);
  try {
    const seen = await watchLog(log.log);
    const token = await system.token({ user: 'alice', lab: 'bench' });
    await measureLatency(system.url, token, PER_SECOND, 2);
    const trips = await measureLatency(system.url, token, PER_SECOND, SECONDS);
    line(`Mutation sent to notification received, ${PER_SECOND}/s, ${what}`, inMilliseconds(quantiles(trips.map(({ sent, notified }) => notified - sent))));
    for (const [stage, times] of stagesOf(trips, seen)) line(`  ${stage}`, inMilliseconds(quantiles(times)));
    await seen.stop();
  } finally {
    await log.close();
    await system.stop();
    await dropAll(at, system.prefix);
  }
};
