import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileProblem } from '@test-planning/kernel/lifecycle';
import { openKeys } from './keys';

const silent = (): void => undefined;
let dataDir: string;
let path: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'test-planning-keys-'));
  path = join(dataDir, 'keys.json');
});
afterEach(() => rmSync(dataDir, { recursive: true }));

describe('the keys of an installation', () => {
  it('are made once, for their owner alone', async () => {
    const made = await openKeys(dataDir, silent);
    expect(await openKeys(dataDir, silent)).toEqual(made);
    expect([statSync(dataDir).mode & 0o777, statSync(path).mode & 0o777]).toEqual([0o700, 0o600]);
  });

  it('are taken from others who could read them, with a warning', async () => {
    await openKeys(dataDir, silent);
    chmodSync(path, 0o644);
    const warn = jest.fn();
    await openKeys(dataDir, warn);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(warn).toHaveBeenCalledWith(`Others on this machine could use ${path} (mode 644): its mode is 600 now`);
  });

  it.each<[string, (text: string) => string]>([
    ['empty', () => ''],
    ['cut off', (text) => text.slice(0, 100)],
    ['no JSON', () => 'keys'],
    ['no object', () => 'null'],
    ['without a secret', (text) => text.replace('cursorSecret', 'other')],
    ['with a secret that is too short', (text) => text.replace(/"cursorSecret":"[^"]+"/, '"cursorSecret":"a"')],
    ['with a key that is none', (text) => text.replace(/"d":"[^"]+"/, '"d":"AA"')],
    ['with a key of another kind', (text) => text.replace('Ed25519', 'X25519')],
  ])('are named with what to do when their file is %s', async (_, damage) => {
    await openKeys(dataDir, silent);
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, damage(text));
    const opening = openKeys(dataDir, silent);
    await expect(opening).rejects.toThrow(FileProblem);
    await expect(opening).rejects.toThrow(`${path} is damaged: restore it from a backup, or delete it to have new keys, which end all sign-ins and cursors.`);
  });

  it('are named when a directory is in their place', async () => {
    mkdirSync(path);
    await expect(openKeys(dataDir, silent)).rejects.toThrow(`${path} has to be a file, and is a directory: move it away.`);
  });
});
