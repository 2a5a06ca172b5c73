import type { ExecutionResult, GraphQLError } from 'graphql';
import type { SocketPace } from './socket-pace';
import type { SubscriptionPositions } from './told-positions';

interface Serving {
  readonly pace: SocketPace;
  readonly positions: SubscriptionPositions;
  present(error: unknown): GraphQLError;
}

type Events = AsyncGenerator<ExecutionResult, void, void>;

/**
 * Takes an event only when the socket has room for it, sends it behind the positions told before it, and masks what nobody expected. An event that could not be
 * read whole because a store is out of reach ends a subscription whose peer knows where to go on: there the event comes again, and whole.
 */
export function served(source: Events, { pace, positions, present }: Serving): Events {
  let left = false;
  return {
    async next() {
      await pace.free();
      if (left) return { value: undefined, done: true };
      try {
        const step = await source.next();
        positions.sendFirst();
        if (step.done) positions.close();
        else if (positions.hasTold) await refuseInPart(step.value, source);
        return step;
      } catch (error) {
        positions.sendFirst();
        positions.close();
        throw present(error);
      }
    },
    return() {
      left = true;
      positions.close();
      return source.return();
    },
    throw: (error) => source.throw(error),
    [Symbol.asyncIterator]() {
      return this;
    },
    async [Symbol.asyncDispose]() {
      await this.return();
    },
  };
}

async function refuseInPart({ errors }: ExecutionResult, source: Events): Promise<void> {
  const outOfReach = errors?.find(({ extensions }) => extensions['code'] === 'UNAVAILABLE');
  if (!outOfReach) return;
  // Who is given an error does not ask for the end.
  await source.return();
  throw outOfReach;
}
