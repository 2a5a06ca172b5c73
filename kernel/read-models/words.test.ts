import { searchWords } from './words';

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
