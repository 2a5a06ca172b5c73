import type { Process } from '@test-planning/kernel/processes';
import { checkAtRest } from './at-rest';
import { deviations, type Deviation } from './deviations';
import { worldWithLink } from './run';
import { e1, e2, e3, gone, m1, m2, n1, newExperiment, newMethod } from './things';
import { pathOf, type World } from './world';

/** An order of things that breaks a simpler protocol. */
interface Story {
  name: string;
  /** e1 has m1; e2 and m2 stand alone. What the story leaves unsaid happens in any order behind it. */
  tell: (world: World) => void;
  then: (world: World) => void;
  /** What would not survive it. */
  simpler: readonly Deviation[];
}

const processOf = (world: World, id: string): Process => {
  const state = world.process(id);
  if (state.kind !== 'process') throw new Error(`There is no process ${id}`);
  return state;
};
const expectEnd = (world: World, id: string, state: Process['state'], code?: string): void => {
  const process = processOf(world, id);
  expect(process.state).toBe(state);
  expect(process.refusal?.code).toBe(code);
};
const linksOf = (world: World, id: string): string[] => {
  const experiment = world.experiment(id);
  return experiment.kind === 'existing' ? [...experiment.links.keys()] : [];
};
const attachmentsOf = (world: World, id: string): string[] => {
  const method = world.method(id);
  if (method.kind !== 'existing') throw new Error(`There is no method ${id}`);
  return [...method.attachments.keys()];
};
const deliver = (world: World, ...paths: string[]): void => {
  for (const path of paths) world.deliver(path);
};
/** For what one protocol has sent by then, and a simpler one has not, or the other way round. */
const deliverWhatWaits = (world: World, ...paths: string[]): void => {
  for (const path of paths) if (world.waiting().map(pathOf).includes(path)) world.deliver(path);
};
const eventTypesOf = (world: World, id: string): string[] =>
  world
    .commitsOf('process', id)
    .flatMap(({ result }) => (result.kind === 'accepted' ? result.events.map(({ type }) => type) : []));
const add = (world: World, id: string, experimentId: string, ...methodIds: string[]): void => {
  world.start(id, { type: 'AddMethodsToExperiment', data: { experimentId, methodIds } });
};

const stories: Story[] = [
  {
    name: 'a method is being linked while its experiment is deleted',
    tell: (world) => {
      add(world, 'linking', e1, m2);
      world.start('deleting', { type: 'DeleteExperiment', data: { experimentId: e1, expectedVersion: null } });
      deliver(
        world,
        'process/linking',
        `method/${m2}`,
        'process/deleting',
        `experiment/${e1}`,
        'process/linking',
        `experiment/${e1}`,
      );
    },
    then: (world) => {
      expectEnd(world, 'linking', 'COMPENSATED', 'EXPERIMENT_NOT_FOUND');
      expectEnd(world, 'deleting', 'COMPLETED');
      expect(attachmentsOf(world, m2)).toEqual([]);
    },
    simpler: ['what the experiment refuses to link stays with the methods'],
  },
  {
    name: 'two processes link the same pair, and one is compensated because of another method',
    tell: (world) => {
      add(world, 'one', e1, m2);
      add(world, 'other', e1, m2, gone);
      deliver(
        world,
        'process/one',
        'process/other',
        `method/${m2}`,
        `method/${m2}`,
        'process/one',
        `experiment/${e1}`,
        'process/one',
        `method/${gone}`,
        'process/other',
        'process/other',
      );
    },
    then: (world) => {
      expectEnd(world, 'one', 'COMPLETED');
      expectEnd(world, 'other', 'COMPENSATED', 'METHOD_NOT_FOUND');
      expect(linksOf(world, e1)).toEqual([m1, m2]);
    },
    simpler: ['a pair has one link, whoever makes it', 'unlinking takes away every link of the pair at the method'],
  },
  {
    name: 'a link and an unlink of one pair cross',
    tell: (world) => {
      add(world, 'linking', e1, m2);
      deliver(world, 'process/linking', `method/${m2}`, 'process/linking', `experiment/${e1}`);
      // Linked; before the process hears of it, another one unlinks, and is the first at the method.
      world.start('unlinking', { type: 'RemoveMethodsFromExperiment', data: { experimentId: e1, methodIds: [m2] } });
      deliver(
        world,
        'process/unlinking',
        `experiment/${e1}`,
        'process/unlinking',
        `method/${m2}`,
        'process/linking',
        `method/${m2}`,
      );
    },
    then: (world) => {
      expectEnd(world, 'linking', 'COMPLETED');
      expectEnd(world, 'unlinking', 'COMPLETED');
      expect(linksOf(world, e1)).toEqual([m1]);
    },
    simpler: ['confirming a link brings it back that was detached meanwhile'],
  },
  {
    name: 'of two methods to be deleted, the second refuses after the first was locked',
    tell: (world) => {
      world.start('deleting', { type: 'DeleteMethods', data: { methodIds: [m1, gone] } });
      deliver(world, 'process/deleting', `method/${m1}`, `method/${gone}`);
    },
    then: (world) => {
      expectEnd(world, 'deleting', 'COMPENSATED', 'METHOD_NOT_FOUND');
      expect(processOf(world, 'deleting').refusal?.details).toEqual({ subjectId: gone });
      expect(world.method(m1)).toMatchObject({ kind: 'existing', deletion: null });
      expect(linksOf(world, e1)).toEqual([m1]);
    },
    simpler: ['a deletion that failed for one method leaves the others locked'],
  },
  {
    name: 'a method is deleted while it is being attached',
    tell: (world) => {
      add(world, 'linking', e1, m2);
      world.start('deleting', { type: 'DeleteMethods', data: { methodIds: [m2] } });
      deliver(world, 'process/linking', `method/${m2}`, 'process/deleting', `method/${m2}`, 'process/deleting');
      // The deletion goes as far as it can before the link is made.
      deliverWhatWaits(world, `experiment/${e1}`, 'process/deleting', `method/${m2}`);
    },
    then: (world) => {
      expectEnd(world, 'linking', 'COMPLETED');
      expectEnd(world, 'deleting', 'COMPLETED');
      expect(world.method(m2).kind).toBe('deleted');
      expect(linksOf(world, e1)).toEqual([m1]);
    },
    simpler: ['a deletion does not wait for pending attachments'],
  },
  {
    name: 'a method is attached while it is being deleted',
    tell: (world) => {
      world.start('deleting', { type: 'DeleteMethods', data: { methodIds: [m1] } });
      add(world, 'linking', e2, m1);
      deliver(
        world,
        'process/deleting',
        `method/${m1}`,
        'process/linking',
        `method/${m1}`,
        'process/deleting',
        `experiment/${e1}`,
        'process/deleting',
        `method/${m1}`,
      );
    },
    then: (world) => {
      expectEnd(world, 'deleting', 'COMPLETED');
      expectEnd(world, 'linking', 'COMPENSATED', 'METHOD_NOT_FOUND');
    },
    simpler: ['a method that is being deleted is still attached'],
  },
  {
    name: 'a step is answered after its process timed out',
    tell: (world) => {
      add(world, 'linking', e1, m2);
      deliver(world, 'process/linking');
      world.passDeadline('linking');
      deliver(world, 'process/linking', `method/${m2}`);
      deliverWhatWaits(world, 'process/linking', `experiment/${e1}`);
    },
    then: (world) => {
      expectEnd(world, 'linking', 'COMPENSATED', 'TIMED_OUT');
      expect(processOf(world, 'linking').steps.get(`attach/${m2}`)?.state).toBe('TIMED_OUT');
      expect(attachmentsOf(world, m2)).toEqual([]);
    },
    simpler: ['compensation leaves steps out whose answer is unknown', 'an answer counts for a step that was given up'],
  },
  {
    name: 'the worker comes back after all deadlines have passed, with the answers still unread',
    tell: (world) => {
      add(world, 'linking', e1, m2);
      world.start('creating', { type: 'CreateMethods', data: { methods: [newMethod(n1)] } });
      deliver(world, 'process/linking', 'process/creating', `method/${m2}`, `method/${n1}`);
      world.passDeadline('linking');
      world.passDeadline('creating');
    },
    then: (world) => {
      expectEnd(world, 'linking', 'COMPLETED');
      expectEnd(world, 'creating', 'COMPLETED');
    },
    simpler: ['a deadline overtakes the answers that wait'],
  },
  {
    name: 'the deadline passes while the experiment decides on a link',
    tell: (world) => {
      add(world, 'linking', e1, m2);
      deliver(world, 'process/linking', `method/${m2}`, 'process/linking');
      world.passDeadline('linking');
      deliver(world, 'process/linking');
      deliverWhatWaits(world, `method/${m2}`, `experiment/${e1}`);
    },
    then: (world) => {
      expectEnd(world, 'linking', 'COMPLETED');
      expect(eventTypesOf(world, 'linking')).toContain('ProcessStuck');
      expect(linksOf(world, e1)).toEqual([m1, m2]);
    },
    simpler: ['a deadline undoes what the experiment may have decided already'],
  },
  {
    name: 'a method is deleted that was created with an experiment a moment ago',
    tell: (world) => {
      world.start('creating', {
        type: 'CreateExperimentWithMethods',
        data: { experimentId: e3, description: newExperiment, methods: [newMethod(n1)] },
      });
      deliver(
        world,
        'process/creating',
        `experiment/${e3}`,
        `method/${n1}`,
        'process/creating',
        'process/creating',
        `method/${n1}`,
      );
      world.start('deleting', { type: 'DeleteMethods', data: { methodIds: [n1] } });
      deliver(world, 'process/deleting');
      for (let turn = 0; turn < 6; turn++) deliverWhatWaits(world, 'process/creating', `method/${n1}`, 'process/deleting');
    },
    then: (world) => {
      expectEnd(world, 'creating', 'COMPLETED');
      expectEnd(world, 'deleting', 'COMPLETED');
      expect(world.experiment(e3).kind).toBe('existing');
      expect(linksOf(world, e3)).toEqual([]);
    },
    simpler: ['a new method stands attached before its experiment is there'],
  },
];

const play = ({ tell, then }: Story, world: World): void => {
  tell(world);
  world.settle();
  checkAtRest(world);
  then(world);
};

describe.each(stories)('$name', (story) => {
  test('both sides agree, and every command is answered', () => {
    play(story, worldWithLink());
  });

  test.each(story.simpler)('a simpler protocol fails: %s', (deviation) => {
    expect(() => {
      play(story, worldWithLink(deviations[deviation]()));
      // For what it does, and not because the story could no longer be told.
    }).toThrow(/^(?!Nothing waits)/);
  });
});
