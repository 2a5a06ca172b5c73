import type { ProcessCommand } from '@test-planning/schema/messages';
import { done, EXPERIMENT, linkTo, METHOD } from './run-process';

/** A process that links one method, and the answers with which it succeeds. */
export const add = { type: 'AddMethodsToExperiment', data: { experimentId: EXPERIMENT, methodIds: [METHOD] } } satisfies ProcessCommand;
export const attached = done(`attach/${METHOD}`);
export const linked = done(`link/${EXPERIMENT}`, {
  type: 'MethodsLinked',
  data: { links: [{ methodId: METHOD, linkId: linkTo(METHOD) }] },
});
export const confirmed = done(`confirm/${METHOD}`);
