const NOT_IN_A_WORD = /[^\p{L}\p{N}\p{Co}]+/u;
const MARKS = /\p{M}+/gu;

/**
 * The words of a text as search compares them: letters and digits, in lower case and without accents. Every store uses these for what
 * it keeps and for what is asked, so that all of them find the same.
 */
export const searchWords = (text: string): string[] =>
  text.normalize('NFD').replace(MARKS, '').toLowerCase().split(NOT_IN_A_WORD).filter((word) => word !== '');

/** The greatest number of different words in one search. Each word is a lookup of its own in every store. */
export const MAX_SEARCHED_WORDS = 16;

/**
 * The different words that a search asks for; a document has to have them all.
 * @throws {RangeError} for more than {@link MAX_SEARCHED_WORDS}: an API refuses such a search before it comes this far.
 */
export const searchedWords = (search: string): string[] => {
  const words = [...new Set(searchWords(search))];
  if (words.length > MAX_SEARCHED_WORDS) throw new RangeError(`A search has at most ${MAX_SEARCHED_WORDS} different words, not ${words.length}`);
  return words;
};

/** Whether a search has few enough different words for {@link searchedWords}. */
export const isSearchable = (search: string): boolean => new Set(searchWords(search)).size <= MAX_SEARCHED_WORDS;
