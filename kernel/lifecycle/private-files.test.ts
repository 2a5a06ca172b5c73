import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inASentence } from './errors-in-a-sentence';
import { FileProblem, usingFile } from './file-problem';
import { ensurePrivateDirectory, ensurePrivateFile } from './private-files';

const directory = mkdtempSync(join(tmpdir(), 'test-planning-private-'));
afterAll(() => rmSync(directory, { recursive: true }));
const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

describe('a private file', () => {
  it('is made for its owner alone, with a word to nobody', () => {
    const path = join(directory, 'new');
    const warn = jest.fn();
    ensurePrivateDirectory(path, warn);
    ensurePrivateFile(join(path, 'file'), warn);
    expect([modeOf(path), modeOf(join(path, 'file'))]).toEqual(['700', '600']);
    expect(warn).not.toHaveBeenCalled();
  });

  it('is made with the directories above it', () => {
    const path = join(directory, 'one', 'two', 'three');
    ensurePrivateDirectory(path, () => undefined);
    expect([modeOf(path), modeOf(join(directory, 'one'))]).toEqual(['700', '700']);
  });

  it('becomes so when it was there, with a warning that names it', () => {
    const path = join(directory, 'old');
    mkdirSync(path);
    writeFileSync(join(path, 'file'), 'kept');
    chmodSync(path, 0o755);
    chmodSync(join(path, 'file'), 0o644);
    const warn = jest.fn();
    ensurePrivateDirectory(path, warn);
    ensurePrivateFile(join(path, 'file'), warn);
    expect([modeOf(path), modeOf(join(path, 'file'))]).toEqual(['700', '600']);
    expect(warn.mock.calls).toEqual([[`Others on this machine could use ${path} (mode 755): its mode is 700 now`], [`Others on this machine could use ${join(path, 'file')} (mode 644): its mode is 600 now`]]);
  });
});

describe('a file that can\'t be used', () => {
  const sentenceOf = (use: () => unknown): string => {
    try {
      use();
    } catch (error) {
      return inASentence(error);
    }
    return 'nothing was thrown';
  };

  it('is named in a sentence that says what to do', () => {
    const file = join(directory, 'a-file');
    writeFileSync(file, '');
    expect(sentenceOf(() => ensurePrivateDirectory(file, () => undefined))).toBe(`DATA_DIR has to be a directory, and ${file} is a file: choose another DATA_DIR, or move the file away.`);
    expect(sentenceOf(() => ensurePrivateDirectory(join(file, 'below'), () => undefined))).toContain(join(file, 'below'));
    expect(sentenceOf(() => ensurePrivateFile(directory, () => undefined))).toBe(`${directory} has to be a file, and is a directory: move it away.`);
    expect(sentenceOf(() => ensurePrivateDirectory('/proc/data', () => undefined))).toBe('/proc/data can\'t be made there: choose another DATA_DIR.');
    expect(sentenceOf(() => ensurePrivateDirectory('/proc/none/data', () => undefined))).toBe('/proc/none/data can\'t be made there: choose another DATA_DIR.');
    const loop = join(directory, 'loop');
    symlinkSync(loop, loop);
    expect(sentenceOf(() => ensurePrivateFile(loop, () => undefined))).toContain(`${loop} is a link that leads back to itself`);
  });

  it.each([['ENOSPC', 'The disk of /data/x is full'], ['EROFS', '/data/x is on a read-only disk'], ['EACCES', 'This process may not use /data/x'], ['EPERM', 'This process may not use /data/x'], ['EIO', 'The disk of /data/x fails']])(
    'is named for %s', (code, beginning) => {
      const use = (): unknown => usingFile('/data/x', () => { throw Object.assign(new Error(code), { code }); });
      expect(use).toThrow(FileProblem);
      expect(sentenceOf(use)).toMatch(new RegExp(`^${beginning}.*\\.$`));
    },
  );

  it('hides no bug', () => {
    expect(() => usingFile('/data/x', () => { throw new TypeError('a bug'); })).toThrow(TypeError);
  });
});
