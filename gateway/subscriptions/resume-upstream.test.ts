import { OperationTypeNode } from 'graphql';
import type { Resumption } from '../planning/resumption';
import { SubgraphUnreachable } from '../transport/subgraph-transport';
import type { SubgraphResult } from '../transport/subgraph-transport';
import { resumeUpstream } from './resume-upstream';

const resumption: Resumption = {
  resumable: { cursor: 'cursor', argument: 'after', type: 'String' }, operation: { kind: OperationTypeNode.SUBSCRIPTION, query: '' }, begin: () => undefined, variables: (given) => ({ ...given }), cursorOf: () => undefined,
};

describe('taking up a subscription again', () => {
  let now = 0;
  beforeEach(() => { jest.spyOn(performance, 'now').mockImplementation(() => now); });
  afterEach(() => jest.restoreAllMocks());

  it('ends though each attempt takes as long as a subgraph that hangs makes it take', async () => {
    let attempts = 0;
    async function* hanging(): AsyncGenerator<SubgraphResult, void, void> {
      attempts += 1;
      if (attempts > 10) return;
      // The longest that a connection waits for its handshake and its acknowledgement.
      now += 10_000;
      yield await Promise.reject(new SubgraphUnreachable('feed', new Error('Opening handshake has timed out')));
    }
    const events = resumeUpstream({
      resumption, begin: '@1', tryForMs: 25_000, signal: new AbortController().signal, subscribe: () => Promise.resolve(hanging()),
    });
    await expect(events.next()).rejects.toThrow(SubgraphUnreachable);
    expect(attempts).toBe(4);
  });
});
