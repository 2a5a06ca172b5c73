import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Commands that stand in for those of this machine: they come first on the PATH until they are taken away. */
export class FakeTools {
  readonly directory = mkdtempSync(join(tmpdir(), 'test-planning-tools-'));
  readonly #path = process.env.PATH;

  constructor() {
    process.env.PATH = `${this.directory}${delimiter}${this.#path ?? ''}`;
  }

  /** @param script what the command does, as a shell script; it may tell {@link calls} about itself with `tell` */
  add(name: string, script: string): void {
    const file = join(this.directory, name);
    writeFileSync(file, `#!/bin/sh\ntell() { echo "$*" >> '${join(this.directory, 'calls')}'; }\n${script}\n`);
    chmodSync(file, 0o755);
  }

  /** What the commands told, line by line. */
  get calls(): string[] {
    return readFileSync(join(this.directory, 'calls'), 'utf8').trim().split('\n');
  }

  /** From now on there are no commands but those that were added. */
  alone(): void {
    process.env.PATH = this.directory;
  }

  takeAway(): void {
    process.env.PATH = this.#path;
    rmSync(this.directory, { recursive: true });
  }
}
