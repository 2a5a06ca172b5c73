const NOT_IN_A_WORD = /[^\p{L}\p{N}\p{Co}]+/u;
const MARKS = /\p{M}+/gu;

/**
 * The words of a text as search compares them: letters and digits, in lower case and without accents. Every store uses these for what
 * it keeps and for what is asked, so that all of them find the same.
 */
export const searchWords = (text: string): string[] =>
  text.normalize('NFD').replace(MARKS, '').toLowerCase().split(NOT_IN_A_WORD).filter((word) => word !== '');
