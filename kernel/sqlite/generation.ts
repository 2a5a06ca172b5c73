import { closeSync, constants, existsSync, fstatSync, fsyncSync, openSync, readFileSync, readSync, writeSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { join } from 'node:path';
import { newId } from '../messaging/ids';
import type { Connection } from './connection';

/** What the file beside the database says about it. */
interface Witness {
  /** Renewed at each start, in the database and here. */
  generation: string;
  /** The generation before, while a start renews it: either is the right one then. */
  previous?: string;
  /** Transactions that the database had committed at the last look. */
  position: number;
  /** Of this file itself: a copy has another one, unless that of the file before it was free again. */
  inode: number;
  /** When this file was made, in milliseconds since 1970: no copy has the same. Missing where the file system does not tell. */
  bornAt?: number;
  /** Milliseconds since 1970: a file that was changed later was overwritten by something else. */
  writtenAt: number;
}

/** The file that says which database ran here last. */
export const generationFile = (dataDir: string): string => join(dataDir, 'data.generation');

const BYTES = 256;
/** Clocks of the process and of the file system differ a little. */
const TOLERANCE_MS = 2_000;

/**
 * Recognises a database that is not the one that ran here last: an older copy of the file, or a copy of the whole directory. A file beside the database holds its
 * generation and how many transactions it had committed; each commit is noted there before anybody hears of it. The note is not flushed to the disk: after
 * a power failure it may be behind the database, never ahead of it.
 */
export class Generation {
  readonly #file: number;
  readonly #name: string;
  #position: number;

  private constructor(file: number, name: string, position: number) {
    this.#file = file;
    this.#name = name;
    this.#position = position;
  }

  /** Begins a generation of the database; when it was restored, its feeds get new epochs first. @throws what the file system or SQLite throws. */
  static begin(dataDir: string, connection: Connection): { generation: Generation; isRestored: boolean } {
    connection.exec('CREATE TABLE IF NOT EXISTS generation (only INTEGER PRIMARY KEY CHECK (only = 1), name TEXT NOT NULL, position INTEGER NOT NULL) STRICT');
    const file = openSync(generationFile(dataDir), constants.O_RDWR | constants.O_CREAT, 0o600);
    try {
      const stored = connection.get<{ name: string; position: number }>('SELECT name, position FROM generation');
      const isRestored = isOther(readWitness(file), stored, fstatSync(file));
      const position = Math.max(stored?.position ?? 0, readWitness(file)?.position ?? 0);
      const generation = new Generation(file, newId(), position);
      if (!isRestored) generation.#note(stored?.name);
      connection.exec('BEGIN IMMEDIATE');
      if (isRestored) connection.exec('CREATE TABLE IF NOT EXISTS feed_epochs (service TEXT PRIMARY KEY, epoch TEXT NOT NULL) STRICT, WITHOUT ROWID; DELETE FROM feed_epochs');
      connection.run('INSERT OR REPLACE INTO generation (only, name, position) VALUES (1, ?, ?)', generation.#name, position);
      connection.exec('COMMIT');
      generation.#note();
      fsyncSync(file);
      return { generation, isRestored };
    } catch (error) {
      if (connection.isInTransaction) connection.exec('ROLLBACK');
      closeSync(file);
      throw error;
    }
  }

  /** Counts the transaction that is about to be committed, as part of it. */
  advance(connection: Connection): void {
    connection.run('UPDATE generation SET position = ? WHERE only = 1', this.#position + 1);
  }

  /** Notes the transaction that was committed. */
  committed(): void {
    this.#position += 1;
    this.#note();
  }

  close(): void {
    fsyncSync(this.#file);
    closeSync(this.#file);
  }

  #note(previous?: string): void {
    const found = fstatSync(this.#file);
    const bornAt = birthOf(found);
    const witness: Witness = {
      generation: this.#name, ...(previous !== undefined && { previous }), position: this.#position, inode: found.ino, ...(bornAt !== undefined && { bornAt }), writtenAt: Date.now(),
    };
    writeSync(this.#file, JSON.stringify(witness).padEnd(BYTES), 0);
  }
}

/** Whether a database that ran in this directory had committed something. */
export const hadTransactions = (dataDir: string): boolean => {
  const path = generationFile(dataDir);
  return existsSync(path) && (asWitness(readFileSync(path, 'utf8'))?.position ?? 0) > 0;
};

/** Whether the database is not the one that the witness saw last. */
const isOther = (witness: Witness | undefined, stored: { name: string; position: number } | undefined, file: Stats): boolean => {
  // Neither is there: the database is new, or of a time before there were generations.
  if (!stored) return witness !== undefined;
  if (!witness) return true;
  if (witness.bornAt !== undefined && witness.bornAt !== file.birthtimeMs) return true;
  if (witness.inode !== file.ino || file.mtimeMs > witness.writtenAt + TOLERANCE_MS) return true;
  return (stored.name !== witness.generation && stored.name !== witness.previous) || stored.position < witness.position;
};

/** Some file systems give the time of the last change instead, which is no time of birth. */
const birthOf = ({ birthtimeMs, ctimeMs }: Stats): number | undefined => (birthtimeMs > 0 && birthtimeMs < ctimeMs ? birthtimeMs : undefined);

/** Undefined for a file that is new, or holds nothing that can be read. */
const readWitness = (file: number): Witness | undefined => {
  const buffer = Buffer.alloc(BYTES);
  const length = readSync(file, buffer, 0, BYTES, 0);
  return asWitness(buffer.subarray(0, length).toString('utf8'));
};

const asWitness = (text: string): Witness | undefined => {
  try {
    return JSON.parse(text) as Witness;
  } catch {
    return undefined;
  }
};
