import { changedSentence, doneSentence, refusedSentence, unchangedSentence } from './sentences';

const soil = { kind: 'experiment', name: 'Soil 3' } as const;
const process = { kind: 'process', name: null } as const;

test.each([
  [doneSentence('CreateExperiment', soil), 'Experiment "Soil 3" was created.'],
  [doneSentence('CreateExperimentWithMethods', process), 'The experiment was created with its methods.'],
  [doneSentence('AddMethodsToExperiment', soil), 'The methods were added to experiment "Soil 3".'],
  [doneSentence('DeleteMethods', process), 'The methods were deleted.'],
  [doneSentence('UpdateMethod', { kind: 'method', name: null }), 'The method was updated.'],
  [doneSentence('PlanExperiment', soil), 'PlanExperiment was done.'],
  [refusedSentence('UpdateExperiment', soil, 'It has changed.'), 'Experiment "Soil 3" could not be updated: It has changed.'],
  [refusedSentence('RemoveMethodsFromExperiment', process, 'No.'), 'The methods could not be removed from the experiment: No.'],
  [refusedSentence('PlanExperiment', soil, 'No.'), 'PlanExperiment was refused: No.'],
  [unchangedSentence(soil), 'Nothing had to be changed in experiment "Soil 3".'],
  [changedSentence('Bob', 'MethodsLinked', soil), 'Bob added methods to experiment "Soil 3".'],
  [changedSentence('Bob', 'ExperimentPlanned', soil), 'Bob changed experiment "Soil 3".'],
])('a person reads: %s', (told, expected) => {
  expect(told).toBe(expected);
});
