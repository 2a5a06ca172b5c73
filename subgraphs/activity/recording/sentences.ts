import type { SubjectKind } from './subject';

/** A thing as a sentence names it: `experiment "Soil 3"`, or `the experiment` where its name isn't known. */
export interface Named {
  kind: SubjectKind;
  name: string | null;
}

const nameOf = ({ kind, name }: Named): string => (name === null ? `the ${kind}` : `${kind} "${name}"`);

const capitalised = (sentence: string): string => sentence.charAt(0).toUpperCase() + sentence.slice(1);

/** What a command does, as a verb in three forms around the thing that it is about. */
interface Phrase {
  done: (thing: string) => string;
  failed: (thing: string) => string;
}

const passive = (participle: string): Phrase => ({
  done: (thing) => `${thing} was ${participle}`,
  failed: (thing) => `${thing} could not be ${participle}`,
});

const ofMethods = (participle: string, preposition?: string): Phrase => ({
  done: (thing) => `the methods were ${participle}${preposition ? ` ${preposition} ${thing}` : ''}`,
  failed: (thing) => `the methods could not be ${participle}${preposition ? ` ${preposition} ${thing}` : ''}`,
});

const commandPhrases: Readonly<Record<string, Phrase>> = {
  CreateExperiment: passive('created'),
  CreateExperimentWithMethods: passive('created with its methods'),
  UpdateExperiment: passive('updated'),
  DeleteExperiment: passive('deleted'),
  AddMethodsToExperiment: ofMethods('added', 'to'),
  RemoveMethodsFromExperiment: ofMethods('removed', 'from'),
  CreateMethod: passive('created'),
  UpdateMethod: passive('updated'),
  CreateMethods: ofMethods('created'),
  DeleteMethods: ofMethods('deleted'),
};

/** A type that has no phrase is told by its name. */
const phraseOf = (type: string): Phrase =>
  commandPhrases[type] ?? { done: (thing) => `${type}: done for ${thing}`, failed: (thing) => `${type}: refused for ${thing}` };

/** `Experiment "Soil 3" was created.` */
export const doneSentence = (type: string, thing: Named): string => `${capitalised(phraseOf(type).done(nameOf(thing)))}.`;

/** `Experiment "Soil 3" could not be updated: It has changed since it was read.` */
export const refusedSentence = (type: string, thing: Named, reason: string): string =>
  `${capitalised(phraseOf(type).failed(nameOf(thing)))}: ${reason}`;

/** `Nothing had to be changed in experiment "Soil 3".` */
export const unchangedSentence = (thing: Named): string => `Nothing had to be changed in ${nameOf(thing)}.`;

const changeVerbs: Readonly<Record<string, string>> = {
  ExperimentUpdated: 'updated',
  ExperimentDeleted: 'deleted',
  MethodsLinked: 'added methods to',
  MethodsUnlinked: 'removed methods from',
  MethodUpdated: 'updated',
  MethodDeleted: 'deleted',
};

/** `Bob updated experiment "Soil 3".` */
export const changedSentence = (who: string, changeType: string, thing: Named): string =>
  `${who} ${changeVerbs[changeType] ?? 'changed'} ${nameOf(thing)}.`;
