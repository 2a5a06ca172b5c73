import { retention } from './retention';

describe('The retention of the embedded log', () => {
  it('lets handled commands go, and nothing else: events and dead letters are kept for ever', () => {
    expect(retention.topics).toEqual(['experiments.commands', 'methods.commands', 'saga.inbox']);
  });
});
