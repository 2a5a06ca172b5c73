import fc from 'fast-check';
import { z } from 'zod';
import { idInput, instantInput, normalisedInstant, parseInput, uniqueEntries } from './input';

const complaintOf = (schema: z.ZodType, value: unknown): { message: string; field: unknown } => {
  try {
    parseInput(schema, value, 'input');
  } catch (error) {
    const { message, extensions } = error as { message: string; extensions: Record<string, unknown> };
    expect(extensions.code).toBe('BAD_USER_INPUT');
    return { message, field: extensions.field };
  }
  throw new Error('it was accepted');
};

describe('input', () => {
  it.each<[z.ZodType, unknown, string, string]>([
    [z.object({ name: z.string() }), { name: null }, 'input.name', 'input.name must not be null.'],
    [z.object({ name: z.string() }), {}, 'input.name', 'input.name must be given.'],
    [z.object({ rate: z.number() }), { rate: NaN }, 'input.rate', 'input.rate must be a finite number.'],
    [z.object({ rate: z.number() }), { rate: Infinity }, 'input.rate', 'input.rate must be a finite number.'],
    [z.number().max(5), 6, 'input', 'input must be at most 5.'],
    [z.number().min(1), 0, 'input', 'input must be at least 1.'],
    [z.array(z.object({ id: idInput })), [{ id: 'x' }], 'input[0].id', 'input[0].id must be a UUID.'],
    [z.array(z.string()).max(1), ['a', 'b'], 'input', 'input must have at most 1 entry.'],
    [z.array(z.string()).min(1), [], 'input', 'input must have at least 1 entry.'],
    [uniqueEntries(z.array(z.string()), (entry) => entry, []), ['a', 'b', 'a'], 'input[2]', 'input[2] is in the list twice.'],
    [z.object({ at: instantInput }), { at: 'soon' }, 'input.at', 'input.at must be a date and time as in 2026-03-01T08:00:00Z.'],
  ])('%# that is wrong is named, and where', (schema, value, field, message) => {
    expect(complaintOf(schema, value)).toEqual({ field, message });
  });

  it('takes any UUID, and gives it in lower case', () => {
    expect(parseInput(idInput, 'ABCDEF00-1111-1111-1111-111111111111', 'id')).toBe('abcdef00-1111-1111-1111-111111111111');
  });
});

describe('an instant', () => {
  it.each([
    ['2026-03-01T08:00:00Z', '2026-03-01T08:00:00.000Z'],
    ['2026-03-01t08:00:00z', '2026-03-01T08:00:00.000Z'],
    ['2026-03-01 08:00:00.5+02:00', '2026-03-01T06:00:00.500Z'],
    ['2026-03-01T00:30:00-23:59', '2026-03-02T00:29:00.000Z'],
    ['2026-03-01T08:00:00.123999Z', '2026-03-01T08:00:00.123Z'],
    ['2028-02-29T23:59:59+00:00', '2028-02-29T23:59:59.000Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
  ])('%s is %s', (text, instant) => {
    expect(normalisedInstant(text)).toBe(instant);
  });

  it.each([
    '2026-02-29T00:00:00Z', '2026-13-01T00:00:00Z', '2026-03-01T24:00:00Z', '2026-03-01T08:00:60Z', '2026-03-01T08:00Z', '2026-03-01T08:00:00', '2026-03-01',
    '2026-03-01T08:00:00+24:00', '2026-03-01T08:00:00+0100', '+12026-03-01T08:00:00Z', '9999-12-31T23:59:59-01:00', '0000-01-01T00:00:00+01:00', ' 2026-03-01T08:00:00Z',
    '2026-03-01T08:00:00.Z', '',
  ])('%s is none', (text) => {
    expect(normalisedInstant(text)).toBeUndefined();
  });

  it('is itself once it is in UTC with milliseconds', () => {
    fc.assert(fc.property(fc.date({ min: new Date('0000-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true }), (date) => {
      expect(normalisedInstant(date.toISOString())).toBe(date.toISOString());
    }));
  });
});
