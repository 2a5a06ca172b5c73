import {
  accept,
  nothingChanged,
  refuse,
  type Decider,
  type Decision,
  type DecisionContext,
} from '@test-planning/kernel/event-sourcing';
import type { FieldChange, MethodCommand, MethodDescription, MethodEvent, MethodLink } from '@test-planning/schema/messages';
import { evolve, noMethod, type DeletionRequest, type ExistingMethod, type MethodState } from './method-state';

type DataOf<Type extends MethodCommand['type']> = Extract<MethodCommand, { type: Type }>['data'];
type MethodDecision = Decision<MethodEvent>;
type Attachments = ExistingMethod['attachments'];

const notFound = refuse('METHOD_NOT_FOUND', 'There is no method with this id.');
const beingDeleted = refuse('METHOD_NOT_FOUND', 'The method is being deleted.');

/** What a method agrees to. It knows every link before the experiment has it and until the experiment has it no more. */
const decide = (command: MethodCommand, state: MethodState, context: DecisionContext): MethodDecision => {
  switch (command.type) {
    case 'CreateMethod':
      return state.kind === 'none' ? accept({ type: 'MethodCreated', data: { description: command.data } }) : alreadyExists;
    case 'ProvisionMethod':
      return state.kind === 'none'
        ? accept({ type: 'MethodProvisioned', data: { process: stepOf(context).process, ...command.data } })
        : alreadyExists;
    case 'ConfirmMethod':
      return confirm(state, context);
    case 'DiscardMethod':
      return discard(state, context);
    case 'UpdateMethod':
      return state.kind === 'existing' ? update(state, command.data) : notFound;
    case 'AttachExperiment':
      return state.kind === 'existing' ? attach(state, command.data) : notFound;
    case 'ConfirmAttachment':
      return state.kind === 'existing' ? confirmAttachment(state, command.data) : nothingChanged;
    case 'DetachExperiment':
      return state.kind === 'existing' ? detach(state, command.data) : nothingChanged;
    case 'RequestMethodDeletion':
      return state.kind === 'existing' ? requestDeletion(state, context) : notFound;
    case 'CancelMethodDeletion':
      return state.kind === 'existing' ? cancelDeletion(state, context) : nothingChanged;
    case 'DeleteMethod':
      return state.kind === 'existing' ? remove(state, context) : notFound;
  }
};

export const methodDecider: Decider<MethodState, MethodCommand, MethodEvent> = { initial: noMethod, decide, evolve };

const alreadyExists = refuse('ALREADY_EXISTS', 'There is or was a method with this id.');

const confirm = (state: MethodState, context: DecisionContext): MethodDecision => {
  if (state.kind === 'existing') return nothingChanged;
  if (state.kind !== 'provisional' || state.process !== stepOf(context).process) return notFound;
  return accept({ type: 'MethodCreated', data: { description: state.description } });
};

const discard = (state: MethodState, context: DecisionContext): MethodDecision =>
  // What another process provisions is none of this one's business: its own was refused.
  state.kind === 'provisional' && state.process === stepOf(context).process
    ? accept({ type: 'MethodDiscarded', data: { process: state.process } })
    : nothingChanged;

const update = (state: ExistingMethod, { changes, expectedVersion }: DataOf<'UpdateMethod'>): MethodDecision => {
  const { version } = state;
  if (expectedVersion !== null && expectedVersion !== version) {
    return refuse('VERSION_CONFLICT', 'The method has changed since you read it.', { expectedVersion, version });
  }
  const changed = fieldChanges(state.description, changes);
  return changed.length === 0 ? nothingChanged : accept({ type: 'MethodUpdated', data: { changes: changed } });
};

const attach = (state: ExistingMethod, { link }: DataOf<'AttachExperiment'>): MethodDecision => {
  if (state.deletion) return beingDeleted;
  return state.attachments.has(link.linkId) ? nothingChanged : accept({ type: 'ExperimentAttached', data: { link } });
};

/** A link that was detached meanwhile stays so: confirming it again would leave this side of it behind. */
const confirmAttachment = (state: ExistingMethod, { linkId }: DataOf<'ConfirmAttachment'>): MethodDecision => {
  const attachment = state.attachments.get(linkId);
  if (!attachment?.pending) return nothingChanged;
  const link = { experimentId: attachment.experimentId, linkId };
  const after = state.attachments.set(linkId, { ...attachment, pending: false });
  return accept({ type: 'AttachmentConfirmed', data: { link } }, ...readiness(state.deletion, after));
};

const detach = (state: ExistingMethod, { linkIds }: DataOf<'DetachExperiment'>): MethodDecision => {
  const links = [...new Set(linkIds)].flatMap((linkId) => {
    const attachment = state.attachments.get(linkId);
    return attachment ? [{ experimentId: attachment.experimentId, linkId }] : [];
  });
  if (links.length === 0) return nothingChanged;
  const after = state.attachments.deleteAll(linkIds);
  return accept({ type: 'ExperimentDetached', data: { links } }, ...readiness(state.deletion, after));
};

const requestDeletion = (state: ExistingMethod, context: DecisionContext): MethodDecision => {
  const { process, step } = stepOf(context);
  if (state.deletion) return state.deletion.process === process ? nothingChanged : beingDeleted;
  const { size } = state.attachments;
  if (size > LINKS_OF_DELETED) {
    return refuse('METHOD_IN_USE', `At most ${LINKS_OF_DELETED} experiments may use a method that is deleted: remove it from some of them first.`, { links: size, limit: LINKS_OF_DELETED });
  }
  return accept(
    { type: 'MethodDeletionRequested', data: { process, step } },
    ...readiness({ process, step, ready: false }, state.attachments),
  );
};

/** Links that a deletion can name: they travel in one message. From here on nothing attaches, so that they don't become more. */
const LINKS_OF_DELETED = 5_000;

/** Tells whoever asked for the deletion as soon as nothing is pending, once, and with every link that then stands. */
const readiness = (deletion: DeletionRequest | null, attachments: Attachments): MethodEvent[] => {
  if (!deletion || deletion.ready || attachments.some(({ pending }) => pending)) return [];
  return [{ type: 'MethodDeletionReady', data: { process: deletion.process, step: deletion.step, links: linksOf(attachments) } }];
};

const cancelDeletion = ({ deletion }: ExistingMethod, context: DecisionContext): MethodDecision =>
  deletion?.process === stepOf(context).process
    ? accept({ type: 'MethodDeletionCancelled', data: { process: deletion.process, step: deletion.step } })
    : nothingChanged;

const remove = ({ deletion, attachments }: ExistingMethod, context: DecisionContext): MethodDecision =>
  deletion?.ready && deletion.process === stepOf(context).process
    ? accept({ type: 'MethodDeleted', data: { links: linksOf(attachments) } })
    : refuse('METHOD_IN_USE', 'The method may still be in use: its deletion has not been prepared.');

const fieldChanges = (description: MethodDescription, changes: Partial<MethodDescription>): FieldChange[] =>
  (Object.keys(changes) as (keyof MethodDescription)[]).flatMap((field) => {
    const [before, after] = [description[field], changes[field]];
    return after === undefined || JSON.stringify(before) === JSON.stringify(after) ? [] : [{ field, before, after }];
  });

const linksOf = (attachments: Attachments): MethodLink[] =>
  [...attachments].map(([linkId, { experimentId }]) => ({ experimentId, linkId }));

/** @throws {TypeError} for a step's command that no process sent. */
const stepOf = ({ step }: DecisionContext): NonNullable<DecisionContext['step']> => {
  if (!step) throw new TypeError('Only a process may send this command.');
  return step;
};
