import { setImmediate as turn } from 'node:timers/promises';
import { GraphQLError } from 'graphql';
import type { ServedGraph } from './served-graph';

const maxDocuments = 200;
/** Altogether; what is not ready by then is prepared when it is asked for. */
const longestMs = 10_000;

/**
 * Prepares on `next` what is asked for most often, so that a new supergraph makes nobody wait for a plan. Requests are answered in between: there is one turn
 * of the event loop between two documents. Returns how many were prepared; a document that is no longer valid is none of them.
 */
export async function warmUp(next: ServedGraph, previous: ServedGraph, isPointless: () => boolean): Promise<number> {
  const until = performance.now() + longestMs;
  let prepared = 0;
  for (const { text, operations } of previous.documents.recent(maxDocuments)) {
    await turn();
    if (isPointless() || performance.now() > until) break;
    const opened = next.documents.open(text);
    if (opened.kind === 'invalid') continue;
    for (const { name, operation } of operations) {
      const fresh = opened.select(name);
      if (!(fresh instanceof GraphQLError) && prepareLike(fresh, operation)) prepared += 1;
    }
  }
  return prepared;
}

type Operation = Exclude<ReturnType<Extract<ReturnType<ServedGraph['documents']['open']>, { kind: 'valid' }>['select']>, GraphQLError>;

/** False if it has no plan any more: whoever asks for it is told. */
function prepareLike(fresh: Operation, previous: Operation): boolean {
  try {
    for (const use of previous.recentUses()) fresh.prepareFor(use);
    return true;
  } catch {
    return false;
  }
}
