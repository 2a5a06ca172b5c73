import {
  accept,
  nothingChanged,
  refuse,
  type Decider,
  type Decision,
  type DecisionContext,
} from '@test-planning/kernel/event-sourcing';
import {
  LINKS_IN_ALL,
  type ExperimentCommand,
  type ExperimentDescription,
  type ExperimentEvent,
  type ExperimentLink,
  type FieldChange,
} from '@test-planning/schema/messages';
import { evolve, noExperiment, type ExistingExperiment, type ExperimentState } from './experiment-state';

type DataOf<Type extends ExperimentCommand['type']> = Extract<ExperimentCommand, { type: Type }>['data'];
type ExperimentDecision = Decision<ExperimentEvent>;

const notFound = refuse('EXPERIMENT_NOT_FOUND', 'There is no experiment with this id.');

/** What an experiment agrees to. Its stream is the authority on which methods it uses. */
const decide = (command: ExperimentCommand, state: ExperimentState, context: DecisionContext): ExperimentDecision => {
  switch (command.type) {
    case 'CreateExperiment':
      return create(state, command.data);
    case 'ProvisionExperiment':
      return provision(state, command.data, context);
    case 'ConfirmExperiment':
      return confirm(state, context);
    case 'DiscardExperiment':
      return discard(state, context);
    case 'UpdateExperiment':
      return state.kind === 'existing' ? update(state, command.data) : notFound;
    case 'LinkMethods':
      return state.kind === 'existing' ? link(state, command.data) : notFound;
    case 'UnlinkMethods':
      return state.kind === 'existing' ? unlink(state, command.data) : notFound;
    case 'DeleteExperiment':
      return state.kind === 'existing' ? remove(state, command.data) : notFound;
  }
};

export const experimentDecider: Decider<ExperimentState, ExperimentCommand, ExperimentEvent> = {
  initial: noExperiment,
  decide,
  evolve,
};

const create = (state: ExperimentState, description: DataOf<'CreateExperiment'>): ExperimentDecision =>
  impossible(state, description) ?? accept({ type: 'ExperimentCreated', data: { description, links: [] } });

const provision = (
  state: ExperimentState,
  { description, links }: DataOf<'ProvisionExperiment'>,
  context: DecisionContext,
): ExperimentDecision =>
  impossible(state, description) ??
  (links.length > LINKS_IN_ALL
    ? tooMany(links.length)
    : accept({ type: 'ExperimentProvisioned', data: { process: processOf(context), description, links } }));

/** Why an experiment can't begin with this id and description, if it can't. */
const impossible = (state: ExperimentState, description: ExperimentDescription): ExperimentDecision | undefined =>
  state.kind === 'none' ? datesOutOfOrder(description) : refuse('ALREADY_EXISTS', 'There is or was an experiment with this id.');

const confirm = (state: ExperimentState, context: DecisionContext): ExperimentDecision => {
  if (state.kind === 'existing') return nothingChanged;
  if (state.kind !== 'provisional' || state.process !== processOf(context)) return notFound;
  return accept({ type: 'ExperimentCreated', data: { description: state.description, links: [...state.links] } });
};

const discard = (state: ExperimentState, context: DecisionContext): ExperimentDecision =>
  // What another process provisions is none of this one's business: its own was refused.
  state.kind === 'provisional' && state.process === processOf(context)
    ? accept({ type: 'ExperimentDiscarded', data: { process: state.process } })
    : nothingChanged;

const update = (state: ExistingExperiment, { changes, expectedVersion }: DataOf<'UpdateExperiment'>): ExperimentDecision => {
  const conflict = versionConflict(state, expectedVersion);
  if (conflict) return conflict;
  const changed = fieldChanges(state.description, changes);
  if (changed.length === 0) return nothingChanged;
  return (
    datesOutOfOrder({ ...state.description, ...changes }) ?? accept({ type: 'ExperimentUpdated', data: { changes: changed } })
  );
};

const link = (state: ExistingExperiment, { links }: DataOf<'LinkMethods'>): ExperimentDecision => {
  // A link that already stands keeps its linkId: whoever sent this one learns from the event which of its own were taken.
  const added = links.filter(({ methodId }) => !state.links.has(methodId));
  if (added.length === 0) return nothingChanged;
  const inAll = state.links.size + added.length;
  return inAll > LINKS_IN_ALL ? tooMany(inAll) : accept({ type: 'MethodsLinked', data: { links: added } });
};

const unlink = (state: ExistingExperiment, { methodIds }: DataOf<'UnlinkMethods'>): ExperimentDecision => {
  const asked = new Set(methodIds);
  const links = linksOf(state).filter(({ methodId }) => asked.has(methodId));
  return links.length === 0 ? nothingChanged : accept({ type: 'MethodsUnlinked', data: { links } });
};

const remove = (state: ExistingExperiment, { expectedVersion }: DataOf<'DeleteExperiment'>): ExperimentDecision =>
  versionConflict(state, expectedVersion) ?? accept({ type: 'ExperimentDeleted', data: { links: linksOf(state) } });

const versionConflict = ({ version }: ExistingExperiment, expectedVersion: number | null): ExperimentDecision | undefined =>
  expectedVersion === null || expectedVersion === version
    ? undefined
    : refuse('VERSION_CONFLICT', 'The experiment has changed since you read it.', { expectedVersion, version });

const datesOutOfOrder = ({ plannedStart, plannedEnd }: Partial<ExperimentDescription>): ExperimentDecision | undefined =>
  // RFC 3339 in UTC with milliseconds: the order of the text is the order in time.
  plannedStart && plannedEnd && plannedEnd < plannedStart
    ? refuse('DATES_OUT_OF_ORDER', 'The planned end lies before the planned start.', { plannedStart, plannedEnd })
    : undefined;

const tooMany = (methods: number): ExperimentDecision =>
  refuse('TOO_MANY_METHODS', `An experiment can have at most ${LINKS_IN_ALL} methods.`, { limit: LINKS_IN_ALL, methods });

const fieldChanges = (description: ExperimentDescription, changes: Partial<ExperimentDescription>): FieldChange[] =>
  (Object.keys(changes) as (keyof ExperimentDescription)[]).flatMap((field) => {
    const [before, after] = [description[field], changes[field]];
    return after === undefined || JSON.stringify(before) === JSON.stringify(after) ? [] : [{ field, before, after }];
  });

const linksOf = (state: ExistingExperiment): ExperimentLink[] =>
  [...state.links].map(([methodId, { linkId }]) => ({ methodId, linkId }));

/** @throws {TypeError} for a step's command that no process sent. */
const processOf = ({ step }: DecisionContext): string => {
  if (!step) throw new TypeError('Only a process may send this command.');
  return step.process;
};
