import type { SubjectKind } from './subject';

/** A thing as a sentence names it: `experiment "Soil 3"`, or `the experiment` where its name isn't known. */
export interface Named {
  kind: SubjectKind;
  name: string | null;
}

const nameOf = ({ kind, name }: Named): string => (name === null ? `the ${kind}` : `${kind} "${name}"`);

const capitalised = (sentence: string): string => sentence.charAt(0).toUpperCase() + sentence.slice(1);

/** What a command does, said in the passive: whether of a thing or of methods, and where these come or go. */
interface Phrase {
  /** What a command of this type is about, for people: who sends one thinks of no process. */
  kind: SubjectKind;
  /** Null: the thing itself. */
  what: string | null;
  participle: string;
  /** Behind the participle, before the thing. */
  preposition: string | null;
}

const ofThing = (kind: SubjectKind, participle: string): Phrase => ({ kind, what: null, participle, preposition: null });
const ofMethods = (participle: string, preposition: string | null = null): Phrase => ({ kind: 'experiment', what: 'the methods', participle, preposition });

const commandPhrases: Readonly<Record<string, Phrase>> = {
  CreateExperiment: ofThing('experiment', 'created'),
  CreateExperimentWithMethods: ofThing('experiment', 'created with its methods'),
  UpdateExperiment: ofThing('experiment', 'updated'),
  DeleteExperiment: ofThing('experiment', 'deleted'),
  AddMethodsToExperiment: ofMethods('added', 'to'),
  RemoveMethodsFromExperiment: ofMethods('removed', 'from'),
  CreateMethod: ofThing('method', 'created'),
  UpdateMethod: ofThing('method', 'updated'),
  CreateMethods: ofMethods('created'),
  DeleteMethods: ofMethods('deleted'),
};

/** The sentence of a command; a type that has no phrase is told by its name. */
const sentence = (type: string, { kind, name }: Named, verb: { one: string; several: string; otherwise: string }): string => {
  const phrase = commandPhrases[type];
  if (!phrase) return `${type} ${verb.otherwise}`;
  const thing = nameOf({ kind: kind === 'process' ? phrase.kind : kind, name });
  if (phrase.what === null) return capitalised(`${thing} ${verb.one} ${phrase.participle}`);
  const place = phrase.preposition === null ? '' : ` ${phrase.preposition} ${thing}`;
  return capitalised(`${phrase.what} ${verb.several} ${phrase.participle}${place}`);
};

/** `Experiment "Soil 3" was created.` */
export const doneSentence = (type: string, thing: Named): string =>
  `${sentence(type, thing, { one: 'was', several: 'were', otherwise: 'was done' })}.`;

/** `Experiment "Soil 3" could not be updated: It has changed since it was read.` */
export const refusedSentence = (type: string, thing: Named, reason: string): string =>
  `${sentence(type, thing, { one: 'could not be', several: 'could not be', otherwise: 'was refused' })}: ${reason}`;

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
