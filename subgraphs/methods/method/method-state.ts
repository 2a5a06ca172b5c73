import type { Actor } from '@test-planning/kernel/messaging';
import type { EvolutionContext } from '@test-planning/kernel/event-sourcing';
import type { MethodDescription, MethodEvent, MethodLink } from '@test-planning/schema/messages';
import { Map, OrderedMap } from 'immutable';

/** How a method knows an experiment: one per link. Pending until the experiment's side stands; people see it from then on. */
export interface Attachment {
  experimentId: string;
  pending: boolean;
  linkedAt: string;
  linkedBy: Actor;
}

/** A process that asked for the method's deletion; from then on it takes no new attachment. */
export interface DeletionRequest {
  process: string;
  step: string;
  /** It was told that no attachment is pending, and may delete. */
  ready: boolean;
}

/** A method that a process is still creating: nobody else may see or touch it. */
export interface ProvisionalMethod {
  kind: 'provisional';
  process: string;
  description: MethodDescription;
  link: MethodLink | null;
}

export interface ExistingMethod {
  kind: 'existing';
  /** 1 when created; one more with each change that a person sees. Links are changes of the experiment. */
  version: number;
  description: MethodDescription;
  status: 'DRAFT';
  creator: Actor;
  createdAt: string;
  updatedAt: string;
  /**
   * By link id; for a moment several links may hold the same experiment. Each state shares these with the one before it: any number of experiments
   * may use a method, and a copy per event would make the fold of its stream quadratic.
   */
  attachments: OrderedMap<string, Attachment>;
  /** The ids of the links that people see, by experiment. */
  standing: Map<string, readonly string[]>;
  deletion: DeletionRequest | null;
}

/** What is remembered of a deleted method; its id is never used again. */
export interface DeletedMethod {
  kind: 'deleted';
  version: number;
  name: string;
  creator: Actor;
}

export type MethodState = { kind: 'none' } | ProvisionalMethod | ExistingMethod | DeletedMethod;

export const noMethod: MethodState = { kind: 'none' };

/** The version that people see; 0 for a method that isn't there for them. */
export const versionOf = (state: MethodState): number =>
  state.kind === 'existing' || state.kind === 'deleted' ? state.version : 0;

/** The state after one event. What can't follow upon the state, as in a stream cut short, leaves it as it is. */
export const evolve = (state: MethodState, event: MethodEvent, context: EvolutionContext): MethodState => {
  switch (event.type) {
    case 'MethodProvisioned':
      return { kind: 'provisional', ...event.data };
    case 'MethodDiscarded':
      return noMethod;
    case 'MethodCreated':
      return {
        kind: 'existing',
        version: 1,
        description: event.data.description,
        status: 'DRAFT',
        creator: context.actor,
        createdAt: context.at,
        updatedAt: context.at,
        // Created with its experiment: the attachment stays pending until the experiment stands as well.
        ...(state.kind === 'provisional' && state.link ? withPending(unattached, state.link, context) : unattached),
        deletion: null,
      };
    default:
      return state.kind === 'existing' ? change(state, event, context) : state;
  }
};

type Change = Exclude<MethodEvent, { type: 'MethodProvisioned' | 'MethodDiscarded' | 'MethodCreated' }>;

const change = (state: ExistingMethod, event: Change, context: EvolutionContext): MethodState => {
  switch (event.type) {
    case 'MethodUpdated':
      return {
        ...state,
        version: state.version + 1,
        updatedAt: context.at,
        description: withChanges(state.description, event.data.changes),
      };
    case 'MethodDeleted':
      return { kind: 'deleted', version: state.version + 1, name: state.description.name, creator: state.creator };
    case 'ExperimentAttached':
      return { ...state, ...withPending(state, event.data.link, context) };
    case 'AttachmentConfirmed':
      return { ...state, ...withConfirmed(state, event.data.link, context) };
    case 'ExperimentDetached':
      return { ...state, ...withoutLinks(state, event.data.links) };
    case 'MethodDeletionRequested':
      return { ...state, deletion: { ...event.data, ready: false } };
    case 'MethodDeletionReady':
      return { ...state, deletion: { process: event.data.process, step: event.data.step, ready: true } };
    case 'MethodDeletionCancelled':
      return { ...state, deletion: null };
  }
};

const withChanges = (
  description: MethodDescription,
  changes: readonly { field: string; after: unknown }[],
): MethodDescription => ({
  ...description,
  ...Object.fromEntries(changes.map(({ field, after }) => [field, after])),
});

type Attached = Pick<ExistingMethod, 'attachments' | 'standing'>;

const unattached: Attached = { attachments: OrderedMap(), standing: Map() };

const withPending = ({ attachments, standing }: Attached, { experimentId, linkId }: MethodLink, { at, actor }: EvolutionContext): Attached => ({
  attachments: attachments.set(linkId, { experimentId, pending: true, linkedAt: at, linkedBy: actor }),
  standing,
});

const withConfirmed = ({ attachments, standing }: Attached, { experimentId, linkId }: MethodLink, { at, actor }: EvolutionContext): Attached => ({
  attachments: attachments.set(linkId, { experimentId, pending: false, linkedAt: at, linkedBy: actor }),
  standing: standing.update(experimentId, [], (linkIds) => [...linkIds, linkId]),
});

const withoutLinks = ({ attachments, standing }: Attached, removed: readonly MethodLink[]): Attached => ({
  attachments: attachments.deleteAll(removed.map(({ linkId }) => linkId)),
  standing: removed.reduce(withoutStanding, standing),
});

const withoutStanding = (standing: Attached['standing'], { experimentId, linkId }: MethodLink): Attached['standing'] => {
  const others = standing.get(experimentId, []).filter((other) => other !== linkId);
  return others.length > 0 ? standing.set(experimentId, others) : standing.delete(experimentId);
};
