import type { Protocol } from '@test-planning/kernel/processes';
import { streamKinds } from '@test-planning/schema/messages';
import { detachMethodsOf } from '../detaching';
import type { InputOf } from '../input';
import { onExperiment } from '../steps';

/** The experiment decides, and names the links that end; then the methods let go of exactly those. */
export const removeMethodsFromExperiment: Protocol<InputOf<'RemoveMethodsFromExperiment'>> = {
  subject: ({ experimentId }) => ({ kind: streamKinds.experiment, id: experimentId }),
  prepare: [],
  decide: ({ input: { experimentId, methodIds } }) =>
    onExperiment('unlink', experimentId, { type: 'UnlinkMethods', data: { methodIds } }),
  forward: [detachMethodsOf('unlink')],
};
