import { z } from 'zod';
import { defineMessage, messageParser, type MessageOf } from './define';
import { experimentDescription, experimentLink, fieldChange, id, LINKS_AT_ONCE, version } from './fields';

/** Commands on one experiment's stream (`<lab>/experiment/<id>`); which experiment stands in the stream. */
export const experimentCommands = [
  // From users.
  defineMessage('CreateExperiment', experimentDescription),
  defineMessage('UpdateExperiment', z.object({ changes: experimentDescription.partial(), expectedVersion: version.nullable() })),
  // Steps of processes.
  defineMessage('ProvisionExperiment', z.object({ description: experimentDescription, links: z.array(experimentLink) })),
  defineMessage('ConfirmExperiment', z.object({})),
  defineMessage('DiscardExperiment', z.object({})),
  defineMessage('LinkMethods', z.object({ links: z.array(experimentLink).max(LINKS_AT_ONCE) })),
  defineMessage('UnlinkMethods', z.object({ methodIds: z.array(id) })),
  defineMessage('DeleteExperiment', z.object({ expectedVersion: version.nullable() })),
] as const;
export type ExperimentCommand = MessageOf<typeof experimentCommands>;
export const parseExperimentCommand = messageParser(experimentCommands);

/**
 * Facts about one experiment. `ExperimentProvisioned` and `ExperimentDiscarded` are a process's own and no change that a person sees; a
 * confirmed provisional experiment is created like any other, by `ExperimentCreated`.
 */
export const experimentEvents = [
  defineMessage('ExperimentProvisioned', z.object({ process: z.string(), description: experimentDescription, links: z.array(experimentLink) })),
  defineMessage('ExperimentDiscarded', z.object({ process: z.string() })),
  defineMessage('ExperimentCreated', z.object({ description: experimentDescription, links: z.array(experimentLink) })),
  defineMessage('ExperimentUpdated', z.object({ changes: z.array(fieldChange) })),
  defineMessage('MethodsLinked', z.object({ links: z.array(experimentLink) })),
  defineMessage('MethodsUnlinked', z.object({ links: z.array(experimentLink) })),
  defineMessage('ExperimentDeleted', z.object({ links: z.array(experimentLink) })),
] as const;
export type ExperimentEvent = MessageOf<typeof experimentEvents>;
export const parseExperimentEvent = messageParser(experimentEvents);

