import type { Protocol } from '@test-planning/kernel/processes';
import type { InputOf } from '../input';
import { linksOnceReady } from '../links';
import { onExperiment, onMethod } from '../steps';

/**
 * A method whose deletion is asked for takes no new attachment, and is ready when none is pending. When all are, their
 * experiments let go of them, and only then do they go themselves.
 */
export const deleteMethods: Protocol<InputOf<'DeleteMethods'>> = {
  prepare: [
    ({ input: { methodIds } }) =>
      methodIds.map((methodId) => ({
        ...onMethod(
          'request-deletion',
          methodId,
          { type: 'RequestMethodDeletion', data: {} },
          {
            name: 'cancel-deletion',
            command: { type: 'CancelMethodDeletion', data: {} },
          },
        ),
        until: (events) => linksOnceReady(events) !== undefined,
      })),
  ],
  forward: [
    ({ resultsOf }) => {
      const methodsByExperiment = new Map<string, Set<string>>();
      for (const { subjectId, events } of resultsOf('request-deletion')) {
        for (const { experimentId } of linksOnceReady(events) ?? []) {
          methodsByExperiment.set(experimentId, (methodsByExperiment.get(experimentId) ?? new Set()).add(subjectId));
        }
      }
      return [...methodsByExperiment].map(([experimentId, methodIds]) =>
        onExperiment('unlink', experimentId, { type: 'UnlinkMethods', data: { methodIds: [...methodIds] } }),
      );
    },
    ({ input: { methodIds } }) => methodIds.map((methodId) => onMethod('delete', methodId, { type: 'DeleteMethod', data: {} })),
  ],
};
