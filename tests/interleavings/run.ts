import type { ProcessCommand } from '@test-planning/schema/messages';
import { checkAtRest } from './at-rest';
import { e1, e2, e3, gone, m1, m2, m3, n1, n2, newExperiment, newMethod } from './things';
import type { Rules } from './rules';
import { pathOf, World } from './world';

/** Every kind of process on the same few things: e1 has m1; e2, m2 and m3 stand alone; n1, n2 and e3 don't exist yet; gone never did. */
export const commands: readonly ProcessCommand[] = [
  { type: 'AddMethodsToExperiment', data: { experimentId: e1, methodIds: [m2, m3] } },
  { type: 'AddMethodsToExperiment', data: { experimentId: e1, methodIds: [m1, m2] } },
  { type: 'AddMethodsToExperiment', data: { experimentId: e1, methodIds: [m2, gone] } },
  { type: 'AddMethodsToExperiment', data: { experimentId: e2, methodIds: [m1, m2] } },
  { type: 'AddMethodsToExperiment', data: { experimentId: e3, methodIds: [m2, n1] } },
  { type: 'RemoveMethodsFromExperiment', data: { experimentId: e1, methodIds: [m1, m2] } },
  { type: 'RemoveMethodsFromExperiment', data: { experimentId: e3, methodIds: [n1] } },
  { type: 'DeleteExperiment', data: { experimentId: e1, expectedVersion: null } },
  { type: 'DeleteExperiment', data: { experimentId: e3, expectedVersion: null } },
  { type: 'DeleteMethods', data: { methodIds: [m1, m2] } },
  { type: 'DeleteMethods', data: { methodIds: [m2, gone] } },
  { type: 'DeleteMethods', data: { methodIds: [n1, m2] } },
  { type: 'CreateMethods', data: { methods: [newMethod(n1), newMethod(n2)] } },
  { type: 'CreateMethods', data: { methods: [newMethod(n2), newMethod(m1)] } },
  {
    type: 'CreateExperimentWithMethods',
    data: { experimentId: e3, description: newExperiment, methods: [newMethod(n1), newMethod(n2)] },
  },
  {
    type: 'CreateExperimentWithMethods',
    data: { experimentId: e3, description: newExperiment, methods: [newMethod(n1), newMethod(m2)] },
  },
];

/** A world in which e1 has m1, and nothing is on its way. */
export const worldWithLink = (rules?: Rules): World => {
  const world = new World(rules);
  for (const id of [e1, e2]) world.createExperiment(id);
  for (const id of [m1, m2, m3]) world.createMethod(id);
  world.start('first', { type: 'AddMethodsToExperiment', data: { experimentId: e1, methodIds: [m1] } });
  world.settle();
  return world;
};

/** A choice in so many deadlines and redeliveries: often enough to meet everything, seldom enough that processes get somewhere. */
const RARELY = 24;

/**
 * Runs these processes side by side, each choice deciding what happens next: a message of any stream is handled, a deadline passes,
 * or messages are delivered again. Without choices left, the rest goes in order. Checks all along, and at the end.
 */
export const run = (started: readonly ProcessCommand[], choices: readonly number[], rules?: Rules): World => {
  const world = worldWithLink(rules);
  const ids = started.map((command, index) => {
    const id = `p${index + 1}`;
    world.start(id, command);
    return id;
  });
  const onTime = new Set(ids);
  for (const choice of choices) {
    const waiting = world.waiting();
    if (waiting.length === 0) break;
    const [kind, which] = [choice % RARELY, Math.floor(choice / RARELY)];
    const late = [...onTime][which % onTime.size];
    const stream = waiting[which % waiting.length];
    if (kind === 0 && late) {
      onTime.delete(late);
      world.passDeadline(late);
    } else if (kind === 1 && stream) {
      world.redeliver(stream, 1 + (which % 3));
    } else if (stream) {
      world.deliver(pathOf(stream));
    }
  }
  world.settle();
  for (const id of onTime) world.passDeadline(id);
  world.settle();
  checkAtRest(world);
  return world;
};
