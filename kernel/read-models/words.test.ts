import { isSearchable, searchedWords, searchWords } from './words';

describe('words of a text', () => {
  it.each([
    ['Soil-study, 3rd "plot"', ['soil', 'study', '3rd', 'plot']],
    ['Écorce BRÛLÉE', ['ecorce', 'brulee']],
    ['e\u0301tude', ['etude']],
    ['Straße 你好 земля', ['straße', '你好', 'земля']],
    ['* OR (NOT) 🌹 _ %', ['or', 'not']],
    ['', []],
  ])('of %j are %j', (text, words) => {
    expect(searchWords(text)).toEqual(words);
  });
});

describe('the words of a search', () => {
  const numbered = (count: number): string => Array.from({ length: count }, (_, index) => `word${index}`).join(' ');

  it('are its different ones', () => {
    expect(searchedWords('Été ete ETE winter')).toEqual(['ete', 'winter']);
    expect(searchedWords('same '.repeat(200))).toEqual(['same']);
  });

  it('are at most 16', () => {
    expect(searchedWords(numbered(16))).toHaveLength(16);
    expect(isSearchable(numbered(16))).toBe(true);
    expect(isSearchable(numbered(17))).toBe(false);
    expect(() => searchedWords(numbered(17))).toThrow('A search has at most 16 different words, not 17');
  });
});
