/** Every change that a person sees, by the type of the event that made it. */
export const changeTypes = [
  'ExperimentCreated',
  'ExperimentUpdated',
  'MethodsLinked',
  'MethodsUnlinked',
  'ExperimentDeleted',
  'MethodCreated',
  'MethodUpdated',
  'MethodDeleted',
] as const;

export type ChangeType = (typeof changeTypes)[number];
