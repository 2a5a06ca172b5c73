import type { Identity, SubgraphContext, TellPosition } from '@test-planning/kernel/subgraph';
import type { Subscriptions } from './subscriptions';

/** What is known about a request here: subscribing functions have no resolver to belong to, so the request brings what they need. */
export class ActivityContext implements SubgraphContext {
  readonly requestId: string;
  readonly traceparent: string | undefined;
  readonly tellPosition: TellPosition | undefined;

  constructor(
    private readonly request: SubgraphContext,
    readonly subscriptions: Subscriptions,
  ) {
    this.requestId = request.requestId;
    this.traceparent = request.traceparent;
    this.tellPosition = request.tellPosition;
  }

  get identity(): Identity {
    return this.request.identity;
  }
}

/** What a subscribing function is called with. */
export interface Subscribing<Arguments> {
  args: Arguments;
  context: ActivityContext;
}
