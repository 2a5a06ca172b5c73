import type { Protocols } from '@test-planning/kernel/processes';
import type { ProcessCommand } from '@test-planning/schema/messages';
import { addMethodsToExperiment } from './add-methods-to-experiment/add-methods-to-experiment';
import { createExperimentWithMethods } from './create-experiment-with-methods/create-experiment-with-methods';
import { createMethods } from './create-methods/create-methods';
import { deleteExperiment } from './delete-experiment/delete-experiment';
import { deleteMethods } from './delete-methods/delete-methods';
import { removeMethodsFromExperiment } from './remove-methods-from-experiment/remove-methods-from-experiment';

/** What each command that reaches over several things sets going. */
export const protocols: Protocols<ProcessCommand> = {
  CreateExperimentWithMethods: createExperimentWithMethods,
  AddMethodsToExperiment: addMethodsToExperiment,
  RemoveMethodsFromExperiment: removeMethodsFromExperiment,
  DeleteExperiment: deleteExperiment,
  CreateMethods: createMethods,
  DeleteMethods: deleteMethods,
};
