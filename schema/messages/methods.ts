import { z } from 'zod';
import { defineMessage, messageParser, type MessageOf } from './define';
import { fieldChange, methodDescription, methodLink, version } from './fields';

/** Commands on one method's stream (`<lab>/method/<id>`); which method stands in the stream. */
export const methodCommands = [
  // From users.
  defineMessage('CreateMethod', methodDescription),
  defineMessage('UpdateMethod', z.object({ changes: methodDescription.partial(), expectedVersion: version.nullable() })),
  // Steps of processes.
  defineMessage('ProvisionMethod', z.object({ description: methodDescription, link: methodLink.nullable() })),
  defineMessage('ConfirmMethod', z.object({})),
  defineMessage('DiscardMethod', z.object({})),
  defineMessage('AttachExperiment', z.object({ link: methodLink })),
  defineMessage('ConfirmAttachment', z.object({ linkId: z.string() })),
  defineMessage('DetachExperiment', z.object({ linkIds: z.array(z.string()) })),
  defineMessage('RequestMethodDeletion', z.object({})),
  defineMessage('CancelMethodDeletion', z.object({})),
  defineMessage('DeleteMethod', z.object({})),
] as const;
export type MethodCommand = MessageOf<typeof methodCommands>;
export const parseMethodCommand = messageParser(methodCommands);

/** Who asked for the deletion of a method and is told when nothing is pending any more. */
export const deletionRequest = z.object({ process: z.string(), step: z.string() });

/** Facts about one method. Provisioning, attaching, and asking for a deletion are no changes that a person sees. */
export const methodEvents = [
  defineMessage('MethodProvisioned', z.object({ process: z.string(), description: methodDescription, link: methodLink.nullable() })),
  defineMessage('MethodDiscarded', z.object({ process: z.string() })),
  defineMessage('MethodCreated', z.object({ description: methodDescription })),
  defineMessage('MethodUpdated', z.object({ changes: z.array(fieldChange) })),
  defineMessage('ExperimentAttached', z.object({ link: methodLink })),
  defineMessage('AttachmentConfirmed', z.object({ link: methodLink })),
  defineMessage('ExperimentDetached', z.object({ links: z.array(methodLink) })),
  defineMessage('MethodDeletionRequested', deletionRequest),
  defineMessage('MethodDeletionReady', deletionRequest.extend({ links: z.array(methodLink) })),
  defineMessage('MethodDeletionCancelled', deletionRequest),
  defineMessage('MethodDeleted', z.object({ links: z.array(methodLink) })),
] as const;
export type MethodEvent = MessageOf<typeof methodEvents>;
export const parseMethodEvent = messageParser(methodEvents);
