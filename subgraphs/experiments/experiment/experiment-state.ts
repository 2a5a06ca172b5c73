import type { Actor } from '@test-planning/kernel/messaging';
import type { EvolutionContext } from '@test-planning/kernel/event-sourcing';
import type { ExperimentDescription, ExperimentEvent, ExperimentLink } from '@test-planning/schema/messages';

/** How an experiment knows a method: by which link, and since when. */
export interface LinkedMethod {
  linkId: string;
  linkedAt: string;
  linkedBy: Actor;
}

/** An experiment that a process is still creating: nobody else may see or touch it. */
export interface ProvisionalExperiment {
  kind: 'provisional';
  process: string;
  description: ExperimentDescription;
  links: readonly ExperimentLink[];
}

export interface ExistingExperiment {
  kind: 'existing';
  /** 1 when created; one more with each change that a person sees. */
  version: number;
  description: ExperimentDescription;
  status: 'DRAFT';
  creator: Actor;
  createdAt: string;
  updatedAt: string;
  /** By method id, in the order in which they were linked. */
  links: ReadonlyMap<string, LinkedMethod>;
}

/** What is remembered of a deleted experiment; its id is never used again. */
export interface DeletedExperiment {
  kind: 'deleted';
  version: number;
  name: string;
  creator: Actor;
}

export type ExperimentState = { kind: 'none' } | ProvisionalExperiment | ExistingExperiment | DeletedExperiment;

export const noExperiment: ExperimentState = { kind: 'none' };

/** The version that people see; 0 for an experiment that isn't there for them. */
export const versionOf = (state: ExperimentState): number =>
  state.kind === 'existing' || state.kind === 'deleted' ? state.version : 0;

/** The state after one event. What can't follow upon the state, as in a stream cut short, leaves it as it is. */
export const evolve = (state: ExperimentState, event: ExperimentEvent, context: EvolutionContext): ExperimentState => {
  switch (event.type) {
    case 'ExperimentProvisioned':
      return { kind: 'provisional', ...event.data };
    case 'ExperimentDiscarded':
      return noExperiment;
    case 'ExperimentCreated':
      return {
        kind: 'existing',
        version: 1,
        description: event.data.description,
        status: 'DRAFT',
        creator: context.actor,
        createdAt: context.at,
        updatedAt: context.at,
        links: withLinks(new Map(), event.data.links, context),
      };
    default:
      return state.kind === 'existing' ? change(state, event, context) : state;
  }
};

type Change = Extract<ExperimentEvent, { type: 'ExperimentUpdated' | 'MethodsLinked' | 'MethodsUnlinked' | 'ExperimentDeleted' }>;

const change = (before: ExistingExperiment, event: Change, context: EvolutionContext): ExperimentState => {
  const state = { ...before, version: before.version + 1, updatedAt: context.at };
  switch (event.type) {
    case 'ExperimentUpdated':
      return { ...state, description: withChanges(state.description, event.data.changes) };
    case 'MethodsLinked':
      return { ...state, links: withLinks(state.links, event.data.links, context) };
    case 'MethodsUnlinked':
      return { ...state, links: withoutLinks(state.links, event.data.links) };
    case 'ExperimentDeleted':
      return { kind: 'deleted', version: state.version, name: state.description.name, creator: state.creator };
  }
};

const withChanges = (
  description: ExperimentDescription,
  changes: readonly { field: string; after: unknown }[],
): ExperimentDescription => ({
  ...description,
  ...Object.fromEntries(changes.map(({ field, after }) => [field, after])),
});

type Links = ExistingExperiment['links'];

const withLinks = (links: Links, added: readonly ExperimentLink[], { at, actor }: EvolutionContext): Links =>
  new Map([...links, ...added.map(({ methodId, linkId }) => [methodId, { linkId, linkedAt: at, linkedBy: actor }] as const)]);

const withoutLinks = (links: Links, removed: readonly ExperimentLink[]): Links => {
  const remaining = new Map(links);
  for (const { methodId } of removed) remaining.delete(methodId);
  return remaining;
};
