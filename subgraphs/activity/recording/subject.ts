/** What something is about: an experiment, a method, or a process where it is about no single one of these. */
export interface Subject {
  kind: SubjectKind;
  id: string;
}

export const subjectKinds = ['experiment', 'method', 'process'] as const;
export type SubjectKind = (typeof subjectKinds)[number];

/** The subject that a stream holds. @throws {TypeError} when the text is no stream of an experiment, a method or a process. */
export const subjectOf = (stream: string): Subject => {
  const [, kind, id] = stream.split('/');
  const known = subjectKinds.find((each) => each === kind);
  if (!known || !id) throw new TypeError(`Not the stream of a subject: ${stream}`);
  return { kind: known, id };
};

/** The id of the process whose stream this is, if it is one's. */
export const processOf = (stream: string): string | null => {
  const { kind, id } = subjectOf(stream);
  return kind === 'process' ? id : null;
};

/** What a command on this stream is about: one that starts a process, about the experiment that its input names; else, the process itself. */
export const subjectOfCommand = (stream: string, input: unknown): Subject => {
  const subject = subjectOf(stream);
  const namesExperiment = typeof input === 'object' && input !== null && 'experimentId' in input && typeof input.experimentId === 'string';
  return subject.kind === 'process' && namesExperiment ? { kind: 'experiment', id: input.experimentId as string } : subject;
};
