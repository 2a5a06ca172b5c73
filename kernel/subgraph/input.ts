import { z } from 'zod';
import { isSearchable, MAX_SEARCHED_WORDS } from '../read-models/words';
import { badUserInput } from './errors';

/**
 * Parses what a client sent, once, where it enters. `field` is where it stands among the arguments.
 * @throws BAD_USER_INPUT that names the first thing wrong, in the order of the schema.
 */
export function parseInput<Schema extends z.ZodType>(schema: Schema, value: unknown, field: string): z.output<Schema> {
  const parsed = schema.safeParse(value, { reportInput: true });
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const at = issue ? fieldAt(field, issue.path) : field;
  throw badUserInput(`${at} ${issue ? complaint(issue) : 'is not valid'}.`, at);
}

/** `input` and `['tags', 2]` give `input.tags[2]`. */
const fieldAt = (field: string, path: readonly PropertyKey[]): string =>
  path.reduce<string>((at, step) => (typeof step === 'number' ? `${at}[${step}]` : `${at}.${String(step)}`), field);

function complaint(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      if (issue.input === null) return 'must not be null';
      if (issue.input === undefined) return 'must be given';
      return issue.expected === 'number' ? 'must be a finite number' : `must be ${articleOf(issue.expected)} ${issue.expected}`;
    case 'too_big':
      return issue.origin === 'array' ? `must have at most ${entries(issue.maximum)}` : `must be at most ${issue.maximum}`;
    case 'too_small':
      return issue.origin === 'array' ? `must have at least ${entries(issue.minimum)}` : `must be at least ${issue.minimum}`;
    case 'invalid_format':
      return issue.format === 'guid' || issue.format === 'uuid' ? 'must be a UUID' : 'must have another form';
    case 'custom':
      return issue.message;
    default:
      return 'is not valid';
  }
}

const entries = (count: number | bigint): string => `${count} ${Number(count) === 1 ? 'entry' : 'entries'}`;
const articleOf = (noun: string): string => (/^[aeio]/.test(noun) ? 'an' : 'a');

const RFC_3339 = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)$/;

/** The same instant in UTC with milliseconds, or undefined when the text is no RFC 3339 date and time of the years 0 to 9999. */
export function normalisedInstant(text: string): string | undefined {
  if (!RFC_3339.test(text)) return undefined;
  const upper = text.toUpperCase().replace(' ', 'T');
  const local = upper.slice(0, 19);
  // Date turns 30 February into 2 March; only a day that exists reads back as it was written.
  const wallClock = new Date(`${local}Z`);
  if (Number.isNaN(wallClock.getTime()) || wallClock.toISOString().slice(0, 19) !== local) return undefined;
  const instant = new Date(upper.replace(/(\.\d{3})\d+/, '$1')).toISOString();
  return instant.length === 24 ? instant : undefined;
}

/** An instant as clients may write it, with any offset; gives it in UTC with milliseconds. */
export const instantInput = z.unknown().transform((value, context): string => {
  const instant = typeof value === 'string' ? normalisedInstant(value) : undefined;
  if (instant !== undefined) return instant;
  context.addIssue({ code: 'custom', message: 'must be a date and time as in 2026-03-01T08:00:00Z', input: value });
  return z.NEVER;
});

/** Any UUID, whichever version; gives it in lower case, so that one id is one text. */
export const idInput = z.guid().transform((value) => value.toLowerCase());

const WORDS_LIMIT = 100;
const SEARCH_LIMIT = 1_000;

/** A list to match any of: up to 100 entries, of which equal ones count once. */
export const wordsInput = z.array(z.string()).max(WORDS_LIMIT).transform((words) => [...new Set(words)]);

/** Ids to match any of: up to 100, in lower case. One that is no UUID matches nothing. */
export const idsInput = wordsInput.transform((ids) => [...new Set(ids.map((each) => each.toLowerCase()))]);

/** What is typed into a search: up to 1,000 characters, and 16 different words. */
export const searchInput = z.string()
  .refine((text) => text.length <= SEARCH_LIMIT, { message: `must have at most ${SEARCH_LIMIT} characters`, abort: true })
  .refine(isSearchable, `must have at most ${MAX_SEARCHED_WORDS} different words`);

/** A list in which no key stands twice; an entry whose key is null has none. `path` is where the key stands in an entry. */
export const uniqueEntries = <List extends z.ZodType<readonly unknown[]>>(
  list: List,
  keyOf: (entry: z.output<List>[number]) => string | null,
  path: readonly string[],
): List =>
  list.superRefine((entries, context) => {
    const seen = new Set<string>();
    for (const [index, entry] of entries.entries()) {
      const key = keyOf(entry);
      if (key !== null && seen.has(key)) context.addIssue({ code: 'custom', path: [index, ...path], message: 'is in the list twice' });
      if (key !== null) seen.add(key);
    }
  });
