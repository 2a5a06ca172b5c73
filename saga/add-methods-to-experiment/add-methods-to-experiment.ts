import type { Protocol } from '@test-planning/kernel/processes';
import { streamKinds } from '@test-planning/schema/messages';
import { linkIdOf, linksNamedBy } from '../links';
import type { InputOf } from '../input';
import { onExperiment, onMethod } from '../steps';

/**
 * The experiment decides on a link; the method's side is written before it and confirmed after it, so that what an experiment
 * has, its method always has as well.
 */
export const addMethodsToExperiment: Protocol<InputOf<'AddMethodsToExperiment'>> = {
  subject: ({ experimentId }) => ({ kind: streamKinds.experiment, id: experimentId }),
  prepare: [
    ({ id, input: { experimentId, methodIds } }) =>
      methodIds.map((methodId) => {
        const linkId = linkIdOf(id, methodId);
        return onMethod(
          'attach',
          methodId,
          { type: 'AttachExperiment', data: { link: { experimentId, linkId } } },
          {
            name: 'detach',
            command: { type: 'DetachExperiment', data: { linkIds: [linkId] } },
          },
        );
      }),
  ],
  decide: ({ id, input: { experimentId, methodIds } }) =>
    onExperiment('link', experimentId, {
      type: 'LinkMethods',
      data: { links: methodIds.map((methodId) => ({ methodId, linkId: linkIdOf(id, methodId) })) },
    }),
  forward: [
    ({ id, input: { methodIds }, resultsOf }) => {
      const taken = new Set(resultsOf('link').flatMap(({ events }) => linksNamedBy(events).map(({ linkId }) => linkId)));
      return methodIds.map((methodId) => {
        const linkId = linkIdOf(id, methodId);
        // The pair was linked already, by another link: this one goes.
        return taken.has(linkId)
          ? onMethod('confirm', methodId, { type: 'ConfirmAttachment', data: { linkId } })
          : onMethod('detach', methodId, { type: 'DetachExperiment', data: { linkIds: [linkId] } });
      });
    },
  ],
};
