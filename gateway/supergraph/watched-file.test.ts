import { mkdtempSync, renameSync, rmSync, symlinkSync, truncateSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@test-planning/kernel/testing';
import { SupergraphUnavailable } from './supergraph-source';
import { watchedFile } from './watched-file';

const refuse = (): never => {
  throw new Error('A file asks no subgraph');
};

describe('a watched file', () => {
  let directory: string;
  let file: string;
  let told: string[];
  let failures: string[];
  let confirmations: number;
  let cleanup: (() => Promise<void>) | undefined;

  async function watch(path = file, options = {}): Promise<string> {
    const started = await watchedFile(path, { lookEveryMs: 5, ...options }).initialize({
      update: (sdl) => void told.push(sdl),
      failed: ({ message }) => void failures.push(message),
      confirmed: () => void (confirmations += 1),
      getDataSource: refuse, healthCheck: refuse,
    });
    cleanup = started.cleanup;
    return started.supergraphSdl;
  }

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'watched-'));
    file = join(directory, 'supergraph.graphql');
    [told, failures, confirmations, cleanup] = [[], [], 0, undefined];
    writeFileSync(file, 'first');
  });
  afterEach(async () => {
    await cleanup?.();
    rmSync(directory, { recursive: true });
  });

  it('is read at the start, and when something else is written', async () => {
    expect(await watch()).toBe('first');
    writeFileSync(file, 'second');
    await eventually(() => expect(told).toEqual(['second']));
    // Of the same length.
    writeFileSync(file, 'Second');
    await eventually(() => expect(told).toEqual(['second', 'Second']));
  });

  it('may be replaced by another, as editors do', async () => {
    await watch();
    for (const text of ['second', 'third']) {
      writeFileSync(`${file}~`, text);
      // As old as if nothing had happened.
      utimesSync(`${file}~`, 1, 1);
      renameSync(`${file}~`, file);
      await eventually(() => expect(told.at(-1)).toBe(text));
    }
    expect(told).toEqual(['second', 'third']);
    expect(failures).toEqual([]);
  });

  it('may be a link that is pointed elsewhere, as mounted configuration is', async () => {
    const [link, other] = [join(directory, 'link'), join(directory, 'other')];
    symlinkSync(file, link);
    await watch(link);
    writeFileSync(other, 'other');
    symlinkSync(other, `${link}~`);
    renameSync(`${link}~`, link);
    await eventually(() => expect(told).toEqual(['other']));
  });

  it('may go away, which is told, and come back', async () => {
    await watch();
    unlinkSync(file);
    await eventually(() => expect(failures.at(-1)).toContain(`${file} can't be read: ENOENT`));
    writeFileSync(file, 'first');
    await eventually(() => expect(confirmations).toBeGreaterThan(0));
    expect(told).toEqual([]);
    writeFileSync(file, 'second');
    await eventually(() => expect(told).toEqual(['second']));
  });

  it('may be out of reach for a while, as a mounted one, and is then just what it was', async () => {
    const link = join(directory, 'link');
    symlinkSync(file, link);
    await watch(link);
    unlinkSync(link);
    await eventually(() => expect(failures.at(-1)).toContain(`${link} can't be read: ENOENT`));
    symlinkSync(file, link);
    await eventually(() => expect(confirmations).toBeGreaterThan(0));
    expect(told).toEqual([]);
  });

  it('is told as it is when it has come to rest, empty or not: who serves it decides', async () => {
    await watch();
    truncateSync(file);
    await eventually(() => expect(told).toEqual(['']));
    writeFileSync(file, 'second');
    await eventually(() => expect(told).toEqual(['', 'second']));
  });

  it('is left to its writer until two looks find the same', async () => {
    const looks: PromiseWithResolvers<undefined>[] = [];
    const wait = async (_: number, signal?: AbortSignal): Promise<void> => {
      const look = Promise.withResolvers<undefined>();
      signal?.addEventListener('abort', () => look.resolve(undefined));
      looks.push(look);
      await look.promise;
    };
    async function look(): Promise<void> {
      const looked = looks.length;
      looks.at(-1)?.resolve(undefined);
      await eventually(() => expect(looks.length).toBe(looked + 1));
    }
    await watch(file, { wait });
    for (const text of ['', 'sec', 'second']) {
      writeFileSync(file, text);
      await look();
      expect(told).toEqual([]);
    }
    await look();
    expect(told).toEqual(['second']);
  });

  it('is not watched where that is not wanted', async () => {
    expect(await watch(file, { watch: false })).toBe('first');
    expect(cleanup).toBeUndefined();
  });

  it('ends when it is told to', async () => {
    await watch();
    await cleanup?.();
    writeFileSync(file, 'second');
    await watch();
    writeFileSync(file, 'third');
    await eventually(() => expect(told).toEqual(['third']));
  });

  it('has to be there at the start', async () => {
    unlinkSync(file);
    await expect(watch()).rejects.toThrow(SupergraphUnavailable);
    await expect(watch()).rejects.toThrow(`The supergraph ${file} can't be read: ENOENT`);
    await expect(watch(directory)).rejects.toThrow('EISDIR');
  });
});
