import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

interface FollowedLogsOptions {
  /** Each process has a file there, begun anew when this begins. */
  directory: string;
  /** Where lines are shown to whoever looks on; undefined: nowhere. */
  show: ((line: string) => void) | undefined;
  colours: boolean;
  /** So that what the processes say stands in one column. */
  nameWidth: number;
}

/** Codes of the terminal's colours that can be read on dark and on light. */
const COLOURS = [36, 33, 35, 32, 34, 96, 93, 95, 92, 94];
/** Lines kept of each, to tell why one ended. */
const KEPT = 20;

/** What the processes print: each in a file, and all together before one's eyes. */
export class FollowedLogs {
  readonly #last = new Map<string, string[]>();

  constructor(private readonly options: FollowedLogsOptions) {
    mkdirSync(options.directory, { recursive: true });
  }

  fileOf(name: string): string {
    return join(this.options.directory, `${name}.log`);
  }

  /** The last lines of a process. */
  lastOf(name: string): readonly string[] {
    return this.#last.get(name) ?? [];
  }

  /** Follows what one prints from now on; a process that is started again goes on in the same file. */
  follow(name: string, ...streams: readonly Readable[]): void {
    const begun = this.#last.has(name);
    const last = this.#last.get(name) ?? [];
    this.#last.set(name, last);
    const file = createWriteStream(this.fileOf(name), { flags: begun ? 'a' : 'w', mode: 0o600 });
    const prefix = this.#prefixOf(name);
    const lines = streams.map((input) => createInterface({ input }));
    let open = lines.length;
    for (const reader of lines) {
      reader.on('line', (line) => {
        last.push(line);
        if (last.length > KEPT) last.shift();
        file.write(`${line}\n`);
        this.options.show?.(`${prefix} ${line}`);
      });
      reader.on('close', () => {
        open -= 1;
        if (open === 0) file.end();
      });
    }
  }

  #prefixOf(name: string): string {
    const padded = name.padEnd(this.options.nameWidth);
    const colour = COLOURS[[...this.#last.keys()].indexOf(name) % COLOURS.length];
    return this.options.colours ? `\u001B[${colour}m${padded}\u001B[0m` : padded;
  }
}
