import type { ReadModels } from '@test-planning/kernel/read-models';
import type { Identity } from '@test-planning/kernel/subgraph';
import { TurnReader } from '../reading/turn-reader';
import type { Subject } from '../recording/subject';
import { subjectKey, subjectsView, type RecordedSubject } from '../recording/subject-existence';
import { covers } from './scopes';
import type { DeletedSubject, ProcessReference, SubjectReference } from './subject-types';

/** Turns what something is about into a reference to it. */
export class Subjects {
  readonly #subjects: TurnReader<RecordedSubject>;

  constructor(views: Pick<ReadModels, 'get'>) {
    this.#subjects = new TurnReader(views, subjectsView.name);
  }

  /** Null for a process, for what the identity's scopes don't cover, for what never was for anybody, and for what is deleted. */
  async existing(identity: Identity, subject: Subject): Promise<SubjectReference | null> {
    const found = await this.find(identity, subject);
    return found?.type === 'DeletedSubject' ? null : found;
  }

  /** Like `existing`, but a deleted thing is told as what it was. */
  async find(identity: Identity, subject: Subject | null): Promise<SubjectReference | DeletedSubject | null> {
    if (subject === null || subject.kind === 'process' || !covers(identity, subject.kind)) return null;
    const recorded = await this.#recorded(identity, subject);
    if (recorded === undefined) return null;
    const { id, kind } = subject;
    if (recorded.deletedName === undefined) return { type: kind === 'experiment' ? 'Experiment' : 'Method', id };
    return { type: 'DeletedSubject', id, kind: kind === 'experiment' ? 'EXPERIMENT' : 'METHOD', name: recorded.deletedName };
  }

  /** Those of many that the identity may see, in their order. */
  async findAll(identity: Identity, subjects: readonly Subject[]): Promise<(SubjectReference | DeletedSubject)[]> {
    const found = await Promise.all(subjects.map((subject) => this.find(identity, subject)));
    return found.filter((each) => each !== null);
  }

  /** Null for one that was asked for and has not begun. */
  async process(identity: Identity, id: string): Promise<ProcessReference | null> {
    return (await this.#recorded(identity, { kind: 'process', id })) ? { id } : null;
  }

  #recorded({ lab }: Identity, subject: Subject): Promise<RecordedSubject | undefined> {
    return this.#subjects.read(lab, subjectKey(subject));
  }
}
