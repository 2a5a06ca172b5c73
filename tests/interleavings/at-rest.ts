import { Violation } from './violation';
import type { World } from './world';

/**
 * What has to hold when nothing is on its way any more: links have both sides or neither, no lock is left behind, every process
 * has ended and answered its command once, and what was compensated left no trace.
 * @throws {Violation} that says what doesn't hold.
 */
export const checkAtRest = (world: World): void => {
  for (const id of world.idsOf('experiment')) {
    if (world.experiment(id).kind === 'provisional') throw new Violation(`${id} was left provisional`);
  }
  for (const id of world.idsOf('method')) checkMethod(world, id);
  for (const id of world.idsOf('process')) checkProcess(world, id);
};

const checkMethod = (world: World, id: string): void => {
  const method = world.method(id);
  if (method.kind === 'provisional') throw new Violation(`${id} was left provisional`);
  if (method.kind !== 'existing') return;
  if (method.deletion) throw new Violation(`${id} was left locked by ${method.deletion.process}`);
  for (const [linkId, { experimentId, pending }] of method.attachments) {
    if (pending) throw new Violation(`${id} was left with ${linkId} pending`);
    const experiment = world.experiment(experimentId);
    const link = experiment.kind === 'existing' ? experiment.links.get(id) : undefined;
    if (link?.linkId !== linkId)
      throw new Violation(`${id} has ${experimentId} by ${linkId}, which ${experimentId} doesn't have`);
  }
};

/** The one step that may be refused behind the pivot: an experiment that was deleted meanwhile has nothing to be unlinked from. */
const MAY_BE_REFUSED = 'unlink';

const checkProcess = (world: World, id: string): void => {
  const process = world.process(id);
  const endings = world
    .commitsOf('process', id)
    .flatMap(({ result }) => (result.kind === 'accepted' ? result.events : []))
    .filter(({ type }) => type === 'ProcessCompleted' || type === 'ProcessCompensated');
  if (endings.length !== 1 || process.kind !== 'process' || process.endedAt === null)
    throw new Violation(`${id} ended ${endings.length} times`);
  for (const step of process.steps.values()) {
    if (step.state === 'WAITING') throw new Violation(`${id} still waits for ${step.id}`);
    const undoing = step.compensates !== null;
    if (step.state === 'REFUSED' && (undoing || process.state === 'COMPLETED') && step.name !== MAY_BE_REFUSED)
      throw new Violation(`${step.id} of ${id} was refused`);
  }
  if (process.state === 'COMPENSATED') checkNoTrace(world, id);
};

const checkNoTrace = (world: World, processId: string): void => {
  const its = ({ linkId }: { linkId: string }) => linkId.startsWith(`${processId}.`);
  for (const id of world.idsOf('method')) {
    const method = world.method(id);
    if (method.kind === 'existing' && [...method.attachments.keys()].some((linkId) => its({ linkId })))
      throw new Violation(`${processId} left a link at ${id}`);
    if (confirmedBy(world, 'method', id, processId)) throw new Violation(`${processId} left ${id} behind`);
  }
  for (const id of world.idsOf('experiment')) {
    const experiment = world.experiment(id);
    if (experiment.kind === 'existing' && [...experiment.links.values()].some(its))
      throw new Violation(`${processId} left a link at ${id}`);
    if (confirmedBy(world, 'experiment', id, processId)) throw new Violation(`${processId} left ${id} behind`);
  }
};

const confirmedBy = (world: World, kind: 'experiment' | 'method', id: string, processId: string): boolean =>
  world
    .commitsOf(kind, id)
    .some(
      ({ message, result }) =>
        message.step?.process.endsWith(`/${processId}`) && message.step.step.startsWith('confirm') && result.kind === 'accepted',
    );
