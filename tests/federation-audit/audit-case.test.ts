import { deviation } from './audit-case';

const caseOf = (data: unknown, errors?: boolean) => ({ query: '{ a }', expected: errors === undefined ? { data } : { data, errors } });

describe('the comparison of the federation audit', () => {
  it('passes equal data, with the keys in any order', () => {
    expect(deviation(caseOf({ a: 1, b: [{ c: null }] }), { data: { b: [{ c: null }], a: 1 } })).toBeUndefined();
  });

  it('compares errors only where the case says whether there are any', () => {
    expect(deviation(caseOf({ a: null }), { data: { a: null }, errors: [{ message: 'no' }] })).toBeUndefined();
    expect(deviation(caseOf({ a: null }, true), { data: { a: null } })).toBe('expected {"a":null} with errors, got {"a":null}');
    expect(deviation(caseOf({ a: null }, false), { data: { a: null }, errors: [{ message: 'no' }] })).toBe('expected {"a":null} without errors, got {"a":null} with "no"');
  });

  it('takes missing data for null', () => {
    expect(deviation(caseOf(undefined, true), { errors: [{ message: 'no' }] })).toBeUndefined();
    expect(deviation(caseOf(null, true), { data: { a: null }, errors: [{ message: 'no' }] })).toBe('expected null with errors, got {"a":null} with "no"');
  });
});
