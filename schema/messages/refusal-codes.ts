/** Why a command can be refused; stable, part of the API. */
export const refusalCodes = [
  'EXPERIMENT_NOT_FOUND',
  'METHOD_NOT_FOUND',
  'ALREADY_EXISTS',
  'VERSION_CONFLICT',
  'DATES_OUT_OF_ORDER',
  'METHOD_IN_USE',
  'TOO_MANY_METHODS',
  'TIMED_OUT',
  'COMMAND_ID_REUSED',
  'TOO_LARGE',
] as const;

export type RefusalCode = (typeof refusalCodes)[number];
