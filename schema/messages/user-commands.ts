import { streamKinds } from './topics';

/** A kind of things that a scope of its own lets a caller read. */
export type ReadableKind = 'experiment' | 'method';

/** The scope that it takes to read things of a kind. */
export const readScopes: Readonly<Record<ReadableKind, string>> = { experiment: 'experiments:read', method: 'methods:read' };

const { experiment, method } = streamKinds;

/**
 * Every command that a user can send, by its type. The value names the kinds of things that a refusal of it can tell of: those that decide before the
 * command's pivot.
 */
const userCommands = {
  CreateExperiment: [experiment],
  UpdateExperiment: [experiment],
  DeleteExperiment: [experiment],
  CreateExperimentWithMethods: [experiment, method],
  AddMethodsToExperiment: [experiment, method],
  RemoveMethodsFromExperiment: [experiment],
  CreateMethod: [method],
  UpdateMethod: [method],
  CreateMethods: [method],
  DeleteMethods: [method],
} as const satisfies Record<string, readonly ReadableKind[]>;

export type UserCommandType = keyof typeof userCommands;

export const userCommandTypes = Object.keys(userCommands) as UserCommandType[];

/** The kinds of things that a refusal of this command can tell of. Every kind, for a type that is not known here. */
export const kindsInRefusal = (commandType: string): readonly ReadableKind[] =>
  userCommandTypes.some((type) => type === commandType) ? userCommands[commandType as UserCommandType] : [experiment, method];
