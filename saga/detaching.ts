import type { Phase } from '@test-planning/kernel/processes';
import { linksNamedBy } from './links';
import { onMethod } from './steps';

/** Takes the methods' side of the links away that the experiment has ended in an earlier step. */
export const detachMethodsOf =
  (endingStep: string): Phase<unknown> =>
  ({ resultsOf }) =>
    resultsOf(endingStep).flatMap(({ events }) =>
      linksNamedBy(events).map(({ methodId, linkId }) =>
        onMethod('detach', methodId, { type: 'DetachExperiment', data: { linkIds: [linkId] } }),
      ),
    );
