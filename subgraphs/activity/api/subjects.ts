import type { ReadModels } from '@test-planning/kernel/read-models';
import type { Identity } from '@test-planning/kernel/subgraph';
import { TurnReader } from '../reading/turn-reader';
import { deletedSubjectsView, subjectKey, type DeletedSubject } from '../recording/deleted-subjects';
import type { Subject } from '../recording/subject';
import { covers } from './scopes';
import type { SubjectReference } from './subject-types';

/** Turns what something is about into a reference to it. */
export class Subjects {
  readonly #deleted: TurnReader<DeletedSubject>;

  constructor(views: Pick<ReadModels, 'get'>) {
    this.#deleted = new TurnReader(views, deletedSubjectsView.name);
  }

  /** Null for a process, for what the identity's scopes don't cover, and for what is deleted: its owner would not find it. */
  async reference(identity: Identity, subject: Subject | null): Promise<SubjectReference | null> {
    if (subject === null || subject.kind === 'process' || !covers(identity, subject.kind)) return null;
    if (await this.#deleted.read(identity.lab, subjectKey(subject))) return null;
    return { type: subject.kind === 'experiment' ? 'Experiment' : 'Method', id: subject.id };
  }
}
