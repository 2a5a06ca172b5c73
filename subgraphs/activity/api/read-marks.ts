import type { ReadModels } from '@test-planning/kernel/read-models';
import type { Identity } from '@test-planning/kernel/subgraph';
import { TurnReader } from '../reading/turn-reader';
import { readMarksView, readMarkWrite, type ReadMark } from '../recording/read-mark';

/** How far readers have read. */
export class ReadMarks {
  readonly #reader: TurnReader<ReadMark>;

  constructor(private readonly views: Pick<ReadModels, 'get' | 'write'>) {
    this.#reader = new TurnReader(views, readMarksView.name);
  }

  /** The number up to which the identity has read; 0 for one who has read nothing. */
  async of({ lab, userId }: Identity): Promise<number> {
    return (await this.#reader.read(lab, userId))?.number ?? 0;
  }

  /** Never goes back. */
  async moveTo({ lab, userId }: Identity, number: number): Promise<void> {
    if (number > 0) await this.views.write([readMarkWrite(lab, userId, number)]);
  }
}
