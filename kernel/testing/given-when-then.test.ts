import { counterDecider } from './counter';
import { specificationOf } from './given-when-then';

const { given } = specificationOf(counterDecider);
const added = (amount: number) => ({ type: 'Added' as const, data: { amount } });
const add = (amount: number) => ({ type: 'Add' as const, data: { amount } });

describe('a specification', () => {
  it('holds where the decider does what it says', () => {
    given().when(add(1)).then(added(1));
    given(added(999)).when(add(1)).then(added(1));
    given(added(1000)).when(add(1)).thenRefused('TOO_MUCH', { total: 1000 });
    given(added(1)).when(add(0)).thenNothing();
    given().when(add(1)).thenSends();
  });

  it.each([
    ['other events', () => { given().when(add(1)).then(added(2)); }],
    ['more events', () => { given().when(add(1)).then(added(1), added(1)); }],
    ['a refusal', () => { given().when(add(1)).thenRefused('TOO_MUCH'); }],
    ['another code', () => { given(added(1000)).when(add(1)).thenRefused('OTHER'); }],
    ['other details', () => { given(added(1000)).when(add(1)).thenRefused('TOO_MUCH', { total: 1 }); }],
    ['nothing', () => { given().when(add(1)).thenNothing(); }],
    ['commands', () => { given().when(add(1)).thenSends({ step: 'x' }); }],
  ])('fails where it says %s instead', (_what, specification) => {
    expect(specification).toThrow();
  });
});
