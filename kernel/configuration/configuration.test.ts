import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addressWith, listOf, matching, oneOf, rateOrOff, secretOf, text, trueOrFalse, wholeNumber, type Parser } from './parsers';
import { withSecretFiles } from './secret-files';
import { readVariable, requireVariable, type Variable } from './variable';

const shades = oneOf(['light', 'dark']);

it.each<[string, Parser<unknown>, string, unknown]>([
  ['a whole number', wholeNumber(1, 10), '10', 10],
  ['a choice', shades, 'dark', 'dark'],
  ['true', trueOrFalse, 'true', true],
  ['false', trueOrFalse, 'false', false],
  ['a list', listOf(shades), ' light, dark,', ['light', 'dark']],
  ['a pattern', matching(/^a+$/, 'letters a'), 'aaa', 'aaa'],
  ['an address', addressWith(['http']), 'http://localhost:1', new URL('http://localhost:1')],
  ['a secret', secretOf(4), 'äö', 'äö'],
  ['a rate', rateOrOff, '10:200', { perSecond: 10, burst: 200 }],
  ['no rate', rateOrOff, 'off', 'off'],
])('takes %s', (_, parser, given, value) => {
  expect(parser.parse(given)).toEqual(value);
});

it.each<[string, Parser<unknown>, string]>([
  ['a number below its limit', wholeNumber(1, 10), '0'],
  ['a number above its limit', wholeNumber(1, 10), '11'],
  ['a number with a point', wholeNumber(1, 10), '2.0'],
  ['a number with a sign', wholeNumber(0, 10), '+2'],
  ['a choice that is none', shades, 'LIGHT'],
  ['a truth that is none', trueOrFalse, 'yes'],
  ['a list with a stranger', listOf(shades), 'light,red'],
  ['an empty list', listOf(shades), ' , '],
  ['another scheme', addressWith(['http']), 'ftp://localhost'],
  ['no address', addressWith(['http']), 'localhost'],
  ['a short secret', secretOf(4), 'abc'],
  ['a rate of nothing', rateOrOff, '0:10'],
  ['half a rate', rateOrOff, '10'],
])('refuses %s', (_, parser, given) => {
  expect(parser.parse(given)).toBeUndefined();
});

const size: Variable<number> = { name: 'SIZE', decides: 'how large', parser: wholeNumber(1, 10), otherwise: '3' };
const key: Variable<string> = { name: 'KEY', decides: 'what it is signed with', parser: secretOf(8), secret: true };
const label: Variable<string> = { name: 'LABEL', decides: 'what it is called', parser: text };

describe('A variable', () => {
  it('that is left out or empty has the value that holds otherwise', () => {
    expect(readVariable(size, {})).toBe(3);
    expect(readVariable(size, { SIZE: '' })).toBe(3);
    expect(readVariable(label, {})).toBeUndefined();
  });

  it('that is malformed is named, with what it has to be', () => {
    expect(() => readVariable(size, { SIZE: '11' })).toThrow('SIZE has to be a whole number from 1 to 10, not "11".');
  });

  it('that is required is named when it is missing, with what it decides', () => {
    expect(() => requireVariable(label, {})).toThrow('LABEL is missing: what it is called. It has to be a text.');
  });

  it('that is secret is not shown', () => {
    expect(() => readVariable(key, { KEY: 'hunter2' })).toThrow(/^KEY has to be a secret of 8 bytes or more \(openssl rand -base64 8\)\.$/);
  });
});

describe('A secret in a file', () => {
  const directory = mkdtempSync(join(tmpdir(), 'test-planning-secrets-'));
  const file = join(directory, 'key');
  writeFileSync(file, 'hunter2-hunter2\n');
  afterAll(() => {
    rmSync(directory, { recursive: true });
  });

  it('is read without the line break at its end', () => {
    expect(withSecretFiles([key, label], { KEY_FILE: file, LABEL: 'x' })).toMatchObject({ KEY: 'hunter2-hunter2', LABEL: 'x' });
  });

  it('counts for secrets alone', () => {
    expect(withSecretFiles([label], { LABEL_FILE: file }).LABEL).toBeUndefined();
  });

  it('is refused beside the secret itself, or where there is none', () => {
    expect(() => withSecretFiles([key], { KEY_FILE: file, KEY: 'hunter2-hunter2' })).toThrow('KEY and KEY_FILE are both given: leave one out.');
    expect(() => withSecretFiles([key], { KEY_FILE: join(directory, 'none') })).toThrow(/^KEY_FILE has to name a file that can be read/);
  });
});
