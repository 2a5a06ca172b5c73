import fc from 'fast-check';
import type { Decision } from '@test-planning/kernel/event-sourcing';
import { defaultContext, specificationOf } from '@test-planning/kernel/testing';
import type { MethodCommand, MethodDescription, MethodEvent, MethodLink } from '@test-planning/schema/messages';
import { methodDecider } from './method';
import { versionOf, type MethodState } from './method-state';

const { given } = specificationOf<MethodState, MethodCommand, MethodEvent>(methodDecider);

const description: MethodDescription = { name: 'Kjeldahl', description: null, applicationRate: 2.5, unit: null, tags: [] };
const link: MethodLink = { experimentId: 'e1', linkId: 'l1' };
const other: MethodLink = { experimentId: 'e2', linkId: 'l2' };
const mine = { step: { process: 'alpha/process/1', step: 'mine/m' } } as const;
const theirs = { step: { process: 'alpha/process/2', step: 'theirs/m' } } as const;

const created: MethodEvent = { type: 'MethodCreated', data: { description } };
const provisioned: MethodEvent = { type: 'MethodProvisioned', data: { process: mine.step.process, description, link } };
const discarded: MethodEvent = { type: 'MethodDiscarded', data: { process: mine.step.process } };
const deleted: MethodEvent = { type: 'MethodDeleted', data: { links: [] } };
const requested: MethodEvent = { type: 'MethodDeletionRequested', data: mine.step };
const cancelled: MethodEvent = { type: 'MethodDeletionCancelled', data: mine.step };
const ready = (...links: MethodLink[]): MethodEvent => ({ type: 'MethodDeletionReady', data: { ...mine.step, links } });
const attached = (added: MethodLink): MethodEvent => ({ type: 'ExperimentAttached', data: { link: added } });
const confirmed = (added: MethodLink): MethodEvent => ({ type: 'AttachmentConfirmed', data: { link: added } });
const detached = (...links: MethodLink[]): MethodEvent => ({ type: 'ExperimentDetached', data: { links } });

const create: MethodCommand = { type: 'CreateMethod', data: description };
const provision: MethodCommand = { type: 'ProvisionMethod', data: { description, link } };
const confirm: MethodCommand = { type: 'ConfirmMethod', data: {} };
const discard: MethodCommand = { type: 'DiscardMethod', data: {} };
const update = (changes: Partial<MethodDescription>, expectedVersion: number | null = null): MethodCommand => ({
  type: 'UpdateMethod',
  data: { changes, expectedVersion },
});
const attach = (added: MethodLink): MethodCommand => ({ type: 'AttachExperiment', data: { link: added } });
const confirmAttachment = ({ linkId }: MethodLink): MethodCommand => ({ type: 'ConfirmAttachment', data: { linkId } });
const detach = (...links: MethodLink[]): MethodCommand => ({
  type: 'DetachExperiment',
  data: { linkIds: links.map(({ linkId }) => linkId) },
});
const request: MethodCommand = { type: 'RequestMethodDeletion', data: {} };
const cancel: MethodCommand = { type: 'CancelMethodDeletion', data: {} };
const remove: MethodCommand = { type: 'DeleteMethod', data: {} };

describe('creating', () => {
  test('makes a method', () => given().when(create).then(created));
  test('is refused for an id that is taken', () => given(created).when(create).thenRefused('ALREADY_EXISTS'));
  test('is refused while a process holds the id', () => given(provisioned).when(create).thenRefused('ALREADY_EXISTS'));
  test('is refused for the id of a deleted one', () => given(created, deleted).when(create).thenRefused('ALREADY_EXISTS'));
  test('can use an id that a process gave up', () => given(provisioned, discarded).when(create).then(created));
});

describe('being provisioned by a process', () => {
  test('holds the id, the description and the link', () => given().when(provision, mine).then(provisioned));
  test('is refused for an id that is taken', () => given(created).when(provision, mine).thenRefused('ALREADY_EXISTS'));
  test('is refused when another process holds the id', () =>
    given(provisioned).when(provision, theirs).thenRefused('ALREADY_EXISTS'));
  test('is no version yet', () => expect(versionOf(given(provisioned).state)).toBe(0));
  test('is known to nobody else', () => {
    for (const command of [update({ name: 'Other' }), attach(other), request, remove])
      given(provisioned).when(command, theirs).thenRefused('METHOD_NOT_FOUND');
    given(provisioned).when(confirm, theirs).thenRefused('METHOD_NOT_FOUND');
    for (const command of [discard, confirmAttachment(link), detach(link), cancel])
      given(provisioned).when(command, theirs).thenNothing();
  });
  test('ends by its confirmation', () => given(provisioned).when(confirm, mine).then(created));
  test('leaves its attachment pending when it is confirmed', () => {
    const { state } = given(provisioned, created);
    expect(state.kind === 'existing' && [...state.attachments.values()]).toMatchObject([{ experimentId: 'e1', pending: true }]);
  });
  test('is confirmed once', () => given(provisioned, created).when(confirm, mine).thenNothing());
  test('ends by being discarded', () => given(provisioned).when(discard, mine).then(discarded));
  test('is discarded once', () => given(provisioned, discarded).when(discard, mine).thenNothing());
  test("can't be confirmed once discarded", () =>
    given(provisioned, discarded).when(confirm, mine).thenRefused('METHOD_NOT_FOUND'));
  test('needs a process', () => {
    expect(() => given().when(provision)).toThrow(TypeError);
  });
});

describe('updating', () => {
  test('records what changed, before and after', () =>
    given(created)
      .when(update({ name: 'Kjeldahl 2', applicationRate: 2.5, unit: 'kg/ha' }))
      .then({
        type: 'MethodUpdated',
        data: {
          changes: [
            { field: 'name', before: 'Kjeldahl', after: 'Kjeldahl 2' },
            { field: 'unit', before: null, after: 'kg/ha' },
          ],
        },
      }));
  test('is applied', () => {
    const { state } = given(created, {
      type: 'MethodUpdated',
      data: { changes: [{ field: 'applicationRate', before: 2.5, after: 3 }] },
    });
    expect(state).toMatchObject({ version: 2, description: { applicationRate: 3 } });
  });
  test('with equal values changes nothing', () =>
    given(created)
      .when(update({ ...description }))
      .thenNothing());
  test('of another version is refused', () =>
    given(created)
      .when(update({ name: 'X' }, 7))
      .thenRefused('VERSION_CONFLICT', { expectedVersion: 7, version: 1 }));
  test('is refused for an unknown or deleted method', () => {
    given()
      .when(update({ name: 'X' }))
      .thenRefused('METHOD_NOT_FOUND');
    given(created, deleted)
      .when(update({ name: 'X' }))
      .thenRefused('METHOD_NOT_FOUND');
  });
});

describe('attaching an experiment', () => {
  test('is pending at first, and no version', () => {
    given(created).when(attach(link)).then(attached(link));
    const { state } = given(created, attached(link));
    expect(state).toMatchObject({ version: 1 });
    expect(state.kind === 'existing' && state.attachments.get('l1')).toMatchObject({ experimentId: 'e1', pending: true });
  });
  test('by the same link again changes nothing', () => given(created, attached(link)).when(attach(link)).thenNothing());
  test('by two links holds both', () =>
    given(created, attached(link))
      .when(attach({ ...link, linkId: 'l9' }))
      .then(attached({ ...link, linkId: 'l9' })));
  test('is refused once a deletion was asked for', () => {
    given(created, requested).when(attach(link)).thenRefused('METHOD_NOT_FOUND');
    given(created, requested, ready()).when(attach(link)).thenRefused('METHOD_NOT_FOUND');
  });
  test('is possible again when the deletion was called off', () =>
    given(created, requested, ready(), cancelled).when(attach(link)).then(attached(link)));
  test('is refused by an unknown or deleted method', () => {
    given().when(attach(link)).thenRefused('METHOD_NOT_FOUND');
    given(created, deleted).when(attach(link)).thenRefused('METHOD_NOT_FOUND');
  });
});

describe('confirming an attachment', () => {
  test('ends its being pending', () => given(created, attached(link)).when(confirmAttachment(link)).then(confirmed(link)));
  test('twice changes nothing', () =>
    given(created, attached(link), confirmed(link)).when(confirmAttachment(link)).thenNothing());
  test('that was detached meanwhile does not bring it back', () =>
    given(created, attached(link), detached(link)).when(confirmAttachment(link)).thenNothing());
  test('of a method that is gone changes nothing', () => {
    given().when(confirmAttachment(link)).thenNothing();
    given(created, deleted).when(confirmAttachment(link)).thenNothing();
  });
  test('tells who waits to delete the method, when it was the last one pending', () =>
    given(created, attached(other), confirmed(other), attached(link), requested)
      .when(confirmAttachment(link), theirs)
      .then(confirmed(link), ready(other, link)));
  test('tells nobody while another one is pending', () =>
    given(created, attached(other), attached(link), requested).when(confirmAttachment(link)).then(confirmed(link)));
});

describe('detaching', () => {
  test('removes what is attached by these links, pending or not', () =>
    given(created, attached(link), attached(other), confirmed(other)).when(detach(link, other)).then(detached(link, other)));
  test('leaves another link of the same experiment alone', () => {
    const second = { ...link, linkId: 'l9' };
    given(created, attached(link), attached(second)).when(detach(second)).then(detached(second));
  });
  test('what is not attached changes nothing', () => {
    given(created).when(detach(link)).thenNothing();
    given(created, deleted).when(detach(link)).thenNothing();
    given().when(detach(link)).thenNothing();
  });
  test('tells who waits to delete the method, when it was the last one pending', () =>
    given(created, attached(other), confirmed(other), attached(link), requested)
      .when(detach(link), theirs)
      .then(detached(link), ready(other)));
  test('tells it once', () =>
    given(created, attached(other), confirmed(other), requested, ready(other)).when(detach(other)).then(detached(other)));
});

describe('deleting', () => {
  test('is ready at once when nothing is pending, and names the links', () =>
    given(created, attached(link), confirmed(link)).when(request, mine).then(requested, ready(link)));
  test('is refused while more experiments use it than a message can name', () => {
    const links = Array.from({ length: 5_001 }, (_, index) => attached({ experimentId: `e${index}`, linkId: `l${index}` }));
    given(created, ...links).when(request, mine).thenRefused('METHOD_IN_USE', { links: 5_001, limit: 5_000 });
    given(created, ...links.slice(1)).when(request, mine).then(requested);
  });
  test('waits while an attachment is pending', () => given(created, attached(link)).when(request, mine).then(requested));
  test('asked for again by the same process changes nothing', () =>
    given(created, requested, ready()).when(request, mine).thenNothing());
  test('asked for by another process meanwhile is refused', () =>
    given(created, requested, ready()).when(request, theirs).thenRefused('METHOD_NOT_FOUND'));
  test('can be called off by who asked for it', () => given(created, requested, ready()).when(cancel, mine).then(cancelled));
  test('can be called off by nobody else', () => given(created, requested, ready()).when(cancel, theirs).thenNothing());
  test('that nobody asked for is called off without effect', () => {
    given(created).when(cancel, mine).thenNothing();
    given().when(cancel, mine).thenNothing();
  });
  test('ends the method when it is ready', () => given(created, requested, ready(link)).when(remove, mine).then(deleted));
  test('names the links that go with it', () =>
    given(created, attached(link), confirmed(link), requested, ready(link))
      .when(remove, mine)
      .then({ type: 'MethodDeleted', data: { links: [link] } }));
  test('before it is ready, or by another process, is refused', () => {
    given(created).when(remove, mine).thenRefused('METHOD_IN_USE');
    given(created, attached(link), requested).when(remove, mine).thenRefused('METHOD_IN_USE');
    given(created, requested, ready()).when(remove, theirs).thenRefused('METHOD_IN_USE');
  });
  test('of an unknown or deleted method is refused', () => {
    for (const command of [request, remove]) {
      given().when(command, mine).thenRefused('METHOD_NOT_FOUND');
      given(created, deleted).when(command, mine).thenRefused('METHOD_NOT_FOUND');
    }
  });
  test('counts as a version, and keeps the name', () =>
    expect(given(created, requested, ready(), deleted).state).toEqual({
      kind: 'deleted',
      version: 2,
      name: 'Kjeldahl',
      creator: defaultContext.actor,
    }));
});

describe('whatever happened', () => {
  const someLink = fc.constantFrom(link, other, { ...link, linkId: 'l3' });
  const command = fc.oneof<fc.Arbitrary<MethodCommand>[]>(
    fc.constantFrom(create, provision, confirm, discard, request, cancel, remove),
    fc.constantFrom('A', 'B').map((name) => update({ name })),
    someLink.map(attach),
    someLink.map(confirmAttachment),
    fc.uniqueArray(someLink).map((links) => detach(...links)),
  );
  const run = (
    state: MethodState,
    next: MethodCommand,
    process = mine as typeof mine | typeof theirs,
  ): { state: MethodState; decision: Decision<MethodEvent> } => {
    const decision = methodDecider.decide(next, state, { ...defaultContext, ...process });
    const events = decision.kind === 'accepted' ? decision.events : [];
    return { decision, state: events.reduce((before, event) => methodDecider.evolve(before, event, defaultContext), state) };
  };
  const history = fc.array(fc.tuple(command, fc.constantFrom(mine, theirs)), { maxLength: 15 });
  const after = (past: readonly (readonly [MethodCommand, typeof mine | typeof theirs])[]) =>
    past.reduce((state, [next, process]) => run(state, next, process).state, methodDecider.initial);

  test('the same command again changes nothing more', () => {
    fc.assert(
      fc.property(history, command, (past, next) => {
        const once = run(after(past), next).state;
        const again = run(once, next);
        expect(again.decision.kind).not.toBe('accepted');
        expect(again.state).toBe(once);
      }),
    );
  });

  test('a deletion that was asked for is ready exactly when nothing is pending', () => {
    fc.assert(
      fc.property(history, (past) => {
        const state = after(past);
        if (state.kind !== 'existing' || !state.deletion) return;
        expect(state.deletion.ready).toBe([...state.attachments.values()].every(({ pending }) => !pending));
      }),
    );
  });

  test('what people see of its links is what is attached and not pending', () => {
    fc.assert(
      fc.property(history, (past) => {
        const state = after(past);
        if (state.kind !== 'existing') return;
        const confirmedLinks = [...state.attachments].flatMap(([linkId, { experimentId, pending }]) => (pending ? [] : [`${experimentId} ${linkId}`]));
        const standing = [...state.standing].flatMap(([experimentId, linkIds]) => linkIds.map((linkId) => `${experimentId} ${linkId}`));
        expect(standing.sort()).toEqual(confirmedLinks.sort());
        expect([...state.standing.values()].every(({ length }) => length > 0)).toBe(true);
      }),
    );
  });

  test('a link costs the same however many there are', () => {
    const links = Array.from({ length: 10_000 }, (_, index): MethodLink => ({ experimentId: `e${index}`, linkId: `l${index}` }));
    const events = [created, ...links.flatMap((one) => [attached(one), confirmed(one)])];
    const begun = performance.now();
    // Every state is kept, as it is while a stream is folded that holds messages which came again.
    const states = [methodDecider.initial];
    for (const event of events) states.push(methodDecider.evolve(states.at(-1) ?? methodDecider.initial, event, defaultContext));
    expect(states.at(-1)).toMatchObject({ standing: { size: 10_000 } });
    // A copy of all links with each event takes ten seconds and several gigabytes.
    expect(performance.now() - begun).toBeLessThan(3_000);
  });

  test('every stored event can be read, in any order', () => {
    const event = fc.constantFrom(
      created,
      provisioned,
      discarded,
      requested,
      ready(link),
      cancelled,
      attached(link),
      confirmed(other),
      detached(link),
      deleted,
      { type: 'MethodUpdated', data: { changes: [] } } satisfies MethodEvent,
    );
    fc.assert(
      fc.property(fc.array(event), (events) => {
        expect(() => given(...events)).not.toThrow();
      }),
    );
  });
});
