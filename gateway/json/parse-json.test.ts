import fc from 'fast-check';
import { isExactNumber } from './exact-number';
import { parseJson } from './parse-json';

const again = (text: string): string => JSON.stringify(parseJson(text));

describe('parseJson', () => {
  it.each([
    '9007199254740992', '9007199254740993', '-9007199254740993', '750727362669608961', '-123456789012345678901234567890', '0.1234567890123456789',
    '123456789.123456789', '12345678901234.567', '1e400', '-1E+400', '1.5e-400', '1e1000', '9007199254740993e5', '1.00000000000000000000',
  ])('keeps the text of the number %s, wherever it stands', (number) => {
    for (const text of [`{"a":${number}}`, `[${number}]`, `[1,${number},{"a":[${number},"x"]}]`, `{"a":{"b":${number},"c":"\\\\\\"${number}"}}`]) expect(again(text)).toBe(text);
    expect(again(`{ "a" :\n ${number} , "b" : [ ${number} ] }`)).toBe(`{"a":${number},"b":[${number}]}`);
  });

  it.each(['9007199254740991', '-9007199254740991', '0.30000000000000004', '1.7976931348623157e+308', '5e-324'])('reads %s as an ordinary number', (number) => {
    expect(parseJson(`[${number}]`)).toEqual([Number(number)]);
  });

  it('leaves strings and keys as they are, whatever digits are in them', () => {
    for (const value of [{ a: '750727362669608961' }, { a: 'x: 750727362669608961, [750727362669608961]' }, { '750727362669608961': '\\":750727362669608961' }]) {
      expect(parseJson(JSON.stringify(value))).toEqual(value);
      expect(parseJson(JSON.stringify([value, '", [750727362669608961 "']))).toEqual([value, '", [750727362669608961 "']);
    }
  });

  it.each(['[01234567890123456789]', '[12345678901234567890.]', '[1234567890123456789-1]', '{"a":1,12345678901234567890:2}', '{"a":1,12345678901234567890}', '[12345678901234567890', '["12345678901234567890]', '[1,12345678901234567890e]'])(
    'refuses %s with the error of JSON.parse', (text) => {
      let expected: unknown;
      try {
        JSON.parse(text);
      } catch (error) {
        expected = error;
      }
      expect(() => parseJson(text)).toThrow((expected as Error).message);
    },
  );

  it('keeps a long number under the key __proto__ without touching what the object inherits', () => {
    const value = parseJson('{"__proto__":750727362669608961}') as object;
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(JSON.stringify(value)).toBe('{"__proto__":750727362669608961}');
  });

  it('reads long numbers nested deeper than the stack', () => {
    const depth = 200_000;
    let value = parseJson(`${'['.repeat(depth)}750727362669608961${']'.repeat(depth)}`);
    while (Array.isArray(value)) value = (value as unknown[])[0];
    expect(isExactNumber(value)).toBe(true);
  });

  it('reads every other text as JSON.parse does', () => {
    fc.assert(fc.property(fc.json(), (text) => {
      expect(JSON.stringify(parseJson(text))).toBe(JSON.stringify(JSON.parse(text)));
    }));
  });

  it('keeps every number of any length in any text', () => {
    const digits = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 16, maxLength: 40 }).map((list) => `9${list.join('')}`);
    const text = fc.array(fc.tuple(fc.string(), digits, fc.integer())).map((entries) => JSON.stringify(entries.map(([a, , c]) => [a, '#', c])).replaceAll('"#"', '#').split('#').reduce((all, part, index) => `${all}${entries[index - 1]?.[1] ?? '1'}${part}`));
    fc.assert(fc.property(text, (one) => {
      let isJson = true;
      try {
        JSON.parse(one);
      } catch {
        isJson = false;
      }
      fc.pre(isJson);
      expect(again(one)).toBe(one);
    }));
  });
});
