import type { Protocol } from '@test-planning/kernel/processes';
import { streamKinds } from '@test-planning/schema/messages';
import type { InputOf } from '../input';
import { linkIdOf } from '../links';
import { onExperiment, onMethod } from '../steps';

/**
 * An experiment and its methods, provisional and linked to each other from the start. The methods become visible first, so that
 * no experiment shows one that isn't there. Their attachments stay pending until the experiment stands: whoever deletes such a method waits.
 */
export const createExperimentWithMethods: Protocol<InputOf<'CreateExperimentWithMethods'>> = {
  subject: ({ experimentId, description: { name } }) => ({ kind: streamKinds.experiment, id: experimentId, name }),
  prepare: [
    ({ id, input: { experimentId, description, methods } }) => [
      onExperiment(
        'provision-experiment',
        experimentId,
        {
          type: 'ProvisionExperiment',
          data: { description, links: methods.map((method) => ({ methodId: method.id, linkId: linkIdOf(id, method.id) })) },
        },
        { name: 'discard-experiment', command: { type: 'DiscardExperiment', data: {} } },
      ),
      ...methods.map((method) =>
        onMethod(
          'provision-method',
          method.id,
          {
            type: 'ProvisionMethod',
            data: { description: method.description, link: { experimentId, linkId: linkIdOf(id, method.id) } },
          },
          { name: 'discard-method', command: { type: 'DiscardMethod', data: {} } },
        ),
      ),
    ],
  ],
  forward: [
    ({ input: { methods } }) =>
      methods.map((method) => onMethod('confirm-method', method.id, { type: 'ConfirmMethod', data: {} })),
    ({ input: { experimentId } }) => [onExperiment('confirm-experiment', experimentId, { type: 'ConfirmExperiment', data: {} })],
    ({ id, input: { methods } }) =>
      methods.map((method) =>
        onMethod('confirm-attachment', method.id, { type: 'ConfirmAttachment', data: { linkId: linkIdOf(id, method.id) } }),
      ),
  ],
};
