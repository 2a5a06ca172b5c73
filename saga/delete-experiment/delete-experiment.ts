import type { Protocol } from '@test-planning/kernel/processes';
import { streamKinds } from '@test-planning/schema/messages';
import { detachMethodsOf } from '../detaching';
import type { InputOf } from '../input';
import { onExperiment } from '../steps';

/** The experiment decides, and names the links that end with it; then the methods let go of exactly those. */
export const deleteExperiment: Protocol<InputOf<'DeleteExperiment'>> = {
  subject: ({ experimentId }) => ({ kind: streamKinds.experiment, id: experimentId }),
  prepare: [],
  decide: ({ input: { experimentId, expectedVersion } }) =>
    onExperiment('delete', experimentId, { type: 'DeleteExperiment', data: { expectedVersion } }),
  forward: [detachMethodsOf('delete')],
};
