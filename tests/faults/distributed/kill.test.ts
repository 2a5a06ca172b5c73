import { startDistributed, type DistributedSystem } from '../../system/distributed-processes';
import { eventually } from '../../system/eventually';
import { startProcess } from '../../system/one-process';
import { survives, type Trouble } from '../surviving';

/** Comes so often, that one of them meets a batch in hand. */
const REBALANCES = 3;
const JOINS_WITHIN_MS = 60_000;
const ENDS_WITHIN_MS = 10_000;

const killed = (system: DistributedSystem, name: string): Trouble => ({
  title: `${name} was killed`,
  cutsClients: name === 'gateway',
  queriesGoOn: name.endsWith('-worker'),
  strike: async (press) => {
    await press();
    await system.kill(name);
  },
});

/** Partitions go to another worker and back, while their commands are in hand. */
const joinedAndLeft = (system: DistributedSystem, name: string): Trouble => ({
  title: `Another ${name} came and went`,
  cutsClients: false,
  queriesGoOn: true,
  strike: async (press) => {
    const another = await startProcess([name], system.environment);
    await eventually(() => Promise.resolve(another.output()), (output) => expect(output).toMatch(/"partitions":[1-9].*Joined the consumer group/), JOINS_WITHIN_MS);
    await press();
    const begun = performance.now();
    expect(await another.terminate()).toBe(0);
    expect(performance.now() - begun).toBeLessThan(ENDS_WITHIN_MS);
  },
});

survives('Any of its processes killed, and others come and gone, at any moment', async () => {
  const system = await startDistributed();
  return {
    system,
    pauseMs: 400,
    troubles: [
      ...system.names.map((name) => killed(system, name)),
      ...Array.from({ length: REBALANCES }, () => joinedAndLeft(system, 'experiments-worker')),
    ],
    end: () => system.stop(),
  };
});
