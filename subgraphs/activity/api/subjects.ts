import type { ReadModels } from '@test-planning/kernel/read-models';
import type { Identity } from '@test-planning/kernel/subgraph';
import { TurnReader } from '../reading/turn-reader';
import type { Subject } from '../recording/subject';
import { subjectKey, subjectsView, type ExistingSubject } from '../recording/subject-existence';
import { covers } from './scopes';
import type { ProcessReference, SubjectReference } from './subject-types';

/** Turns what something is about into a reference to it. */
export class Subjects {
  readonly #existing: TurnReader<ExistingSubject>;

  constructor(views: Pick<ReadModels, 'get'>) {
    this.#existing = new TurnReader(views, subjectsView.name);
  }

  /**
   * Null for a process, for what the identity's scopes don't cover, and for what isn't there for anybody: its owner would not find it, and what a client
   * selects of it would be missing.
   */
  async reference(identity: Identity, subject: Subject | null): Promise<SubjectReference | null> {
    if (subject === null || subject.kind === 'process' || !covers(identity, subject.kind)) return null;
    if (!(await this.#exists(identity, subject))) return null;
    return { type: subject.kind === 'experiment' ? 'Experiment' : 'Method', id: subject.id };
  }

  /** Null for one that was asked for and has not begun. */
  async process(identity: Identity, id: string): Promise<ProcessReference | null> {
    return (await this.#exists(identity, { kind: 'process', id })) ? { id } : null;
  }

  async #exists({ lab }: Identity, subject: Subject): Promise<boolean> {
    return (await this.#existing.read(lab, subjectKey(subject))) !== undefined;
  }
}
