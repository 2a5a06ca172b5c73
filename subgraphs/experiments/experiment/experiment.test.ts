import fc from 'fast-check';
import type { Decision } from '@test-planning/kernel/event-sourcing';
import { defaultContext, specificationOf } from '@test-planning/kernel/testing';
import {
  LINKS_IN_ALL,
  type ExperimentCommand,
  type ExperimentDescription,
  type ExperimentEvent,
  type ExperimentLink,
} from '@test-planning/schema/messages';
import { experimentDecider } from './experiment';
import { versionOf, type ExperimentState } from './experiment-state';

const { given } = specificationOf<ExperimentState, ExperimentCommand, ExperimentEvent>(experimentDecider);

const description: ExperimentDescription = {
  name: 'Soil 3',
  description: null,
  tags: ['soil'],
  plannedStart: '2026-03-01T00:00:00.000Z',
  plannedEnd: null,
};
const links: ExperimentLink[] = [
  { methodId: 'm1', linkId: 'l1' },
  { methodId: 'm2', linkId: 'l2' },
];
const mine = { step: { process: 'alpha/process/1', step: 'provision/e' } } as const;
const theirs = { step: { process: 'alpha/process/2', step: 'provision/e' } } as const;

const created: ExperimentEvent = { type: 'ExperimentCreated', data: { description, links: [] } };
const provisioned: ExperimentEvent = { type: 'ExperimentProvisioned', data: { process: mine.step.process, description, links } };
const discarded: ExperimentEvent = { type: 'ExperimentDiscarded', data: { process: mine.step.process } };
const linked: ExperimentEvent = { type: 'MethodsLinked', data: { links } };
const deleted: ExperimentEvent = { type: 'ExperimentDeleted', data: { links: [] } };

const create: ExperimentCommand = { type: 'CreateExperiment', data: description };
const provision: ExperimentCommand = { type: 'ProvisionExperiment', data: { description, links } };
const confirm: ExperimentCommand = { type: 'ConfirmExperiment', data: {} };
const discard: ExperimentCommand = { type: 'DiscardExperiment', data: {} };
const update = (changes: Partial<ExperimentDescription>, expectedVersion: number | null = null): ExperimentCommand => ({
  type: 'UpdateExperiment',
  data: { changes, expectedVersion },
});
const link = (...added: ExperimentLink[]): ExperimentCommand => ({ type: 'LinkMethods', data: { links: added } });
const unlink = (...methodIds: string[]): ExperimentCommand => ({ type: 'UnlinkMethods', data: { methodIds } });
const remove = (expectedVersion: number | null = null): ExperimentCommand => ({
  type: 'DeleteExperiment',
  data: { expectedVersion },
});

describe('creating', () => {
  test('makes an experiment without methods', () => given().when(create).then(created));
  test('is refused for an id that is taken', () => given(created).when(create).thenRefused('ALREADY_EXISTS'));
  test('is refused while a process holds the id', () => given(provisioned).when(create).thenRefused('ALREADY_EXISTS'));
  test('is refused for the id of a deleted one', () => given(created, deleted).when(create).thenRefused('ALREADY_EXISTS'));
  test('can use an id that a process gave up', () => given(provisioned, discarded).when(create).then(created));
  test('is refused when it ends before it starts', () => {
    const backwards = { plannedStart: '2026-03-02T00:00:00.000Z', plannedEnd: '2026-03-01T00:00:00.000Z' };
    given()
      .when({ type: 'CreateExperiment', data: { ...description, ...backwards } })
      .thenRefused('DATES_OUT_OF_ORDER', backwards);
  });
  test('remembers who created it and when', () => {
    expect(given(created).state).toMatchObject({
      kind: 'existing',
      version: 1,
      status: 'DRAFT',
      creator: defaultContext.actor,
      createdAt: defaultContext.at,
      updatedAt: defaultContext.at,
    });
  });
});

describe('being provisioned by a process', () => {
  test('holds the id, the description and the links', () => given().when(provision, mine).then(provisioned));
  test('is refused for an id that is taken', () => given(created).when(provision, mine).thenRefused('ALREADY_EXISTS'));
  test('is refused when another process holds the id', () =>
    given(provisioned).when(provision, theirs).thenRefused('ALREADY_EXISTS'));
  test('is refused with too many links', () => {
    const many = Array.from({ length: LINKS_IN_ALL + 1 }, (_, index) => ({ methodId: `m${index}`, linkId: 'l' }));
    given()
      .when({ type: 'ProvisionExperiment', data: { description, links: many } }, mine)
      .thenRefused('TOO_MANY_METHODS', { limit: LINKS_IN_ALL, methods: LINKS_IN_ALL + 1 });
  });
  test('is no version yet', () => expect(versionOf(given(provisioned).state)).toBe(0));
  test('is known to nobody else', () => {
    for (const command of [update({ name: 'Other' }), link(), unlink('m1'), remove()])
      given(provisioned).when(command).thenRefused('EXPERIMENT_NOT_FOUND');
    given(provisioned).when(confirm, theirs).thenRefused('EXPERIMENT_NOT_FOUND');
    given(provisioned).when(discard, theirs).thenNothing();
  });
  test('ends by its confirmation, with its links', () =>
    given(provisioned).when(confirm, mine).then({ type: 'ExperimentCreated', data: { description, links } }));
  test('is confirmed once', () => given(provisioned, created).when(confirm, mine).thenNothing());
  test('ends by being discarded', () => given(provisioned).when(discard, mine).then(discarded));
  test('is discarded once', () => given(provisioned, discarded).when(discard, mine).thenNothing());
  test("can't be confirmed once discarded", () =>
    given(provisioned, discarded).when(confirm, mine).thenRefused('EXPERIMENT_NOT_FOUND'));
  test('needs a process', () => {
    expect(() => given().when(provision)).toThrow(TypeError);
  });
});

describe('updating', () => {
  test('records what changed, before and after', () =>
    given(created)
      .when(update({ name: 'Soil 4', tags: ['soil'], description: 'Deep' }))
      .then({
        type: 'ExperimentUpdated',
        data: {
          changes: [
            { field: 'name', before: 'Soil 3', after: 'Soil 4' },
            { field: 'description', before: null, after: 'Deep' },
          ],
        },
      }));
  test('is applied', () => {
    const state = given(created, {
      type: 'ExperimentUpdated',
      data: { changes: [{ field: 'tags', before: ['soil'], after: [] }] },
    }).state;
    expect(state).toMatchObject({ version: 2, description: { ...description, tags: [] } });
  });
  test('with equal values changes nothing', () =>
    given(created)
      .when(update({ ...description }))
      .thenNothing());
  test('of the version that was read is accepted', () =>
    expect(given(created, linked).when(update({ name: 'Soil 4' }, 2)).decision.kind).toBe('accepted'));
  test('of another version is refused', () =>
    given(created, linked)
      .when(update({ name: 'Soil 4' }, 1))
      .thenRefused('VERSION_CONFLICT', { expectedVersion: 1, version: 2 }));
  test('is refused when the end comes to lie before the start', () =>
    given(created)
      .when(update({ plannedEnd: '2026-02-01T00:00:00.000Z' }))
      .thenRefused('DATES_OUT_OF_ORDER'));
  test('is refused for an unknown or deleted experiment', () => {
    given()
      .when(update({ name: 'Soil 4' }))
      .thenRefused('EXPERIMENT_NOT_FOUND');
    given(created, deleted)
      .when(update({ name: 'Soil 4' }))
      .thenRefused('EXPERIMENT_NOT_FOUND');
  });
});

describe('linking methods', () => {
  test('adds them in one event', () =>
    given(created)
      .when(link(...links))
      .then(linked));
  test('is a change that people see', () => expect(versionOf(given(created, linked).state)).toBe(2));
  test('leaves a link that stands as it is, and names only the new ones', () =>
    given(created, linked)
      .when(link({ methodId: 'm1', linkId: 'l9' }, { methodId: 'm3', linkId: 'l9' }))
      .then({ type: 'MethodsLinked', data: { links: [{ methodId: 'm3', linkId: 'l9' }] } }));
  test('that all stand changes nothing', () =>
    given(created, linked)
      .when(link({ methodId: 'm2', linkId: 'l9' }))
      .thenNothing());
  test('is refused beyond the limit, all of them', () => {
    const full = Array.from({ length: LINKS_IN_ALL - 1 }, (_, index) => ({ methodId: `x${index}`, linkId: 'l' }));
    given(created, { type: 'MethodsLinked', data: { links: full } })
      .when(link(...links))
      .thenRefused('TOO_MANY_METHODS', { limit: LINKS_IN_ALL, methods: LINKS_IN_ALL + 1 });
  });
  test('is refused for an unknown or deleted experiment', () => {
    given()
      .when(link(...links))
      .thenRefused('EXPERIMENT_NOT_FOUND');
    given(created, deleted)
      .when(link(...links))
      .thenRefused('EXPERIMENT_NOT_FOUND');
  });
});

describe('unlinking methods', () => {
  test('names the links that go', () =>
    given(created, linked)
      .when(unlink('m2', 'm7'))
      .then({ type: 'MethodsUnlinked', data: { links: [{ methodId: 'm2', linkId: 'l2' }] } }));
  test('that are not linked changes nothing', () => given(created, linked).when(unlink('m7')).thenNothing());
  test('is applied', () => {
    const { state } = given(created, linked, { type: 'MethodsUnlinked', data: { links: [links[0] as ExperimentLink] } });
    expect(state.kind === 'existing' && [...state.links.keys()]).toEqual(['m2']);
  });
  test('is refused for an unknown or deleted experiment', () => {
    given().when(unlink('m1')).thenRefused('EXPERIMENT_NOT_FOUND');
    given(created, deleted).when(unlink('m1')).thenRefused('EXPERIMENT_NOT_FOUND');
  });
});

describe('deleting', () => {
  test('names the links that go with it', () =>
    given(created, linked).when(remove()).then({ type: 'ExperimentDeleted', data: { links } }));
  test('counts as a version, and keeps the name', () =>
    expect(given(created, deleted).state).toEqual({
      kind: 'deleted',
      version: 2,
      name: 'Soil 3',
      creator: defaultContext.actor,
    }));
  test('of another version is refused', () =>
    given(created).when(remove(4)).thenRefused('VERSION_CONFLICT', { expectedVersion: 4, version: 1 }));
  test('is refused for an unknown or deleted experiment', () => {
    given().when(remove()).thenRefused('EXPERIMENT_NOT_FOUND');
    given(created, deleted).when(remove()).thenRefused('EXPERIMENT_NOT_FOUND');
  });
});

describe('whatever happened', () => {
  const someLinks = fc.uniqueArray(
    fc.record({ methodId: fc.constantFrom('m1', 'm2', 'm3'), linkId: fc.constantFrom('l1', 'l2') }),
    { selector: ({ methodId }) => methodId },
  );
  const command = fc.oneof<fc.Arbitrary<ExperimentCommand>[]>(
    fc.constantFrom(create, provision, confirm, discard, remove()),
    fc
      .record({ name: fc.constantFrom('A', 'B'), tags: fc.constantFrom<string[]>([], ['x']) }, { requiredKeys: [] })
      .map((changes) => update(changes)),
    someLinks.map((added) => link(...added)),
    someLinks.map((removed) => unlink(...removed.map(({ methodId }) => methodId))),
  );
  const run = (
    state: ExperimentState,
    next: ExperimentCommand,
  ): { state: ExperimentState; decision: Decision<ExperimentEvent> } => {
    const decision = experimentDecider.decide(next, state, { ...defaultContext, ...mine });
    const events = decision.kind === 'accepted' ? decision.events : [];
    return { decision, state: events.reduce((before, event) => experimentDecider.evolve(before, event, defaultContext), state) };
  };

  test('the same command again changes nothing more', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 12 }), command, (history, next) => {
        const once = run(
          history.reduce((state, earlier) => run(state, earlier).state, experimentDecider.initial),
          next,
        ).state;
        const again = run(once, next);
        expect(again.decision.kind).not.toBe('accepted');
        expect(again.state).toBe(once);
      }),
    );
  });

  test('the version grows by one with each change that people see, and never otherwise', () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 20 }), (commands) => {
        let state: ExperimentState = experimentDecider.initial;
        for (const next of commands) {
          const before = versionOf(state);
          const { decision, state: after } = run(state, next);
          const seen =
            decision.kind === 'accepted' && !['ExperimentProvisioned', 'ExperimentDiscarded'].includes(decision.events[0].type);
          expect(versionOf(after)).toBe(seen ? before + 1 : before);
          state = after;
        }
      }),
    );
  });

  test('every stored event can be read, in any order', () => {
    const event = fc.constantFrom(
      created,
      provisioned,
      discarded,
      linked,
      deleted,
      { type: 'MethodsUnlinked', data: { links } } as const,
      { type: 'ExperimentUpdated', data: { changes: [] } } satisfies ExperimentEvent,
    );
    fc.assert(
      fc.property(fc.array(event), (events) => {
        expect(() => given(...events)).not.toThrow();
      }),
    );
  });
});
