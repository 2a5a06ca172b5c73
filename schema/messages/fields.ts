import { z } from 'zod';

const characters = (text: string): number => [...text].length;

/** What can be stored and shown everywhere: no NUL, and no half of a surrogate pair. */
const isText = (value: string): boolean => value.isWellFormed() && !value.includes('\0');

/** Text of up to `limit` Unicode characters. */
const text = (limit: number) =>
  z.string()
    .refine(isText, 'must not hold a NUL or half a character')
    .refine((value) => characters(value) <= limit, `must have at most ${limit} characters`);

/** Something in it can be seen: what Unicode lets a display ignore, as a zero-width space, counts no more than a space. */
const notBlank = (value: string): boolean => /[^\p{White_Space}\p{Default_Ignorable_Code_Point}]/u.test(value);

/** Any UUID, whichever version; in lower case, so that one id is one text. */
export const id = z.guid().transform((value) => value.toLowerCase());
export const name = text(200).refine(notBlank, 'must not be blank');
export const description = text(10_000);
export const tags = z.array(text(50).refine(notBlank, 'must not be blank')).max(20).refine((all) => new Set(all).size === all.length, 'must not hold the same one twice');
export const instant = z.iso.datetime({ precision: 3 });
export const applicationRate = z.number().min(0).max(1e9);
export const unit = text(20);
export const version = z.int().min(1);

export const LINKS_AT_ONCE = 100;
export const LINKS_IN_ALL = 500;

/** One value before and after a change, as the history shows it. */
export const fieldChange = z.object({ field: z.string(), before: z.json(), after: z.json() });
export type FieldChange = z.output<typeof fieldChange>;

/** A link as the experiment's side knows it. */
export const experimentLink = z.object({ methodId: id, linkId: z.string() });
export type ExperimentLink = z.output<typeof experimentLink>;

/** A link as the method's side knows it. */
export const methodLink = z.object({ experimentId: id, linkId: z.string() });
export type MethodLink = z.output<typeof methodLink>;

/** What describes an experiment. */
export const experimentDescription = z.object({
  name,
  description: description.nullable(),
  tags,
  plannedStart: instant.nullable(),
  plannedEnd: instant.nullable(),
});
export type ExperimentDescription = z.output<typeof experimentDescription>;

/** What describes a method. */
export const methodDescription = z.object({
  name,
  description: description.nullable(),
  applicationRate,
  unit: unit.nullable(),
  tags,
});
export type MethodDescription = z.output<typeof methodDescription>;
